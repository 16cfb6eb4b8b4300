import type { JsonObject, Usage } from '../../../plugins/api.ts'
import { numberOf, objectOf } from '../../untyped.ts'

/** `response_format` of answers that are no JSON. */
const PLAIN: ReadonlySet<unknown> = new Set(['text', 'srt', 'vtt'])

export const isPlain = ({ response_format }: JsonObject): boolean => PLAIN.has(response_format)

/** Transcription is priced, and its speed measured, by the seconds that are heard, where the file shows them. */
export function transcriptionWork({ file }: JsonObject): Usage {
  const seconds = numberOf(objectOf(file).seconds)
  return seconds === undefined ? {} : { seconds }
}
