import type { Preset } from './preset.ts'
import { CLOUDS } from './presets/clouds.ts'
import { DATA_POLICIES } from './presets/data-policies.ts'
import { GATEWAYS } from './presets/gateways.ts'
import { HOSTED } from './presets/hosted.ts'
import { LOCAL } from './presets/local.ts'
import { MAKERS } from './presets/makers.ts'
import { MAKERS_ASIA } from './presets/makers-asia.ts'
import { MAKERS_WEST } from './presets/makers-west.ts'
import { MEDIA } from './presets/media.ts'
import { OPEN_MODELS } from './presets/open-models.ts'
import { RETRIEVAL } from './presets/retrieval.ts'

export type { Preset }

/** Every preset by the name that stands in `preset:`. */
export const PRESETS: Readonly<Record<string, Preset>> = Object.fromEntries(
  Object.entries<Preset>({
    ...MAKERS,
    ...MAKERS_WEST,
    ...MAKERS_ASIA,
    ...HOSTED,
    ...OPEN_MODELS,
    ...CLOUDS,
    ...GATEWAYS,
    ...RETRIEVAL,
    ...LOCAL,
  }).map(([name, preset]) => [name, withPolicy(name, withMedia(name, preset))]),
)

function withPolicy(name: string, preset: Preset): Preset {
  const dataPolicy = DATA_POLICIES[name]
  return typeof dataPolicy === 'object' ? { ...preset, dataPolicy } : preset
}

function withMedia(name: string, preset: Preset): Preset {
  const media = MEDIA[name]
  if (!media) return preset
  const { wires, paths, sources } = media
  return {
    ...preset,
    wires: { ...preset.wires, ...wires },
    ...(paths && { paths: { ...preset.paths, ...paths } }),
    sources: [...preset.sources, ...sources],
  }
}
