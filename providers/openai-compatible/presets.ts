import type { Preset } from './preset.ts'
import { HOSTED } from './presets/hosted.ts'
import { LOCAL } from './presets/local.ts'

export type { Preset }

/** Every preset by the name that stands in `preset:`. */
export const PRESETS: Readonly<Record<string, Preset>> = { ...HOSTED, ...LOCAL }
