import type { Preset } from './preset.ts'
import { HOSTED } from './presets/hosted.ts'
import { LOCAL } from './presets/local.ts'
import { MEDIA } from './presets/media.ts'
import { RETRIEVAL } from './presets/retrieval.ts'

export type { Preset }

/** Every preset by the name that stands in `preset:`. */
export const PRESETS: Readonly<Record<string, Preset>> = Object.fromEntries(
  Object.entries<Preset>({ ...HOSTED, ...RETRIEVAL, ...LOCAL }).map(([name, preset]) => [
    name,
    withMedia(name, preset),
  ]),
)

function withMedia(name: string, preset: Preset): Preset {
  const media = MEDIA[name]
  if (!media) return preset
  const { wires, paths, sources } = media
  return {
    ...preset,
    wires: { ...preset.wires, ...wires },
    ...(paths && { paths }),
    sources: [...preset.sources, ...sources],
  }
}
