import { LOG_SPEED, LOG_TIME, MAX_LOG_VARIANCE } from '../limits.ts'
import {
  CLASS_PATTERN,
  MAX_MODEL_LENGTH,
  MODEL_PATTERN,
  PROVIDER_PATTERN,
  REGION_PATTERN,
  WORK_TYPES,
} from '../words.ts'

/** Building blocks of the schemas. Every object is closed. */
export const closed = (properties: Record<string, object>, required: readonly string[] = Object.keys(properties)) => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
})

export const number = (minimum: number, maximum: number) => ({ type: 'number', minimum, maximum })
export const integer = (minimum: number, maximum: number) => ({ type: 'integer', minimum, maximum })

/** A hundred thousand years of seconds: every epoch number is below it. */
export const EPOCH = integer(0, 4e12)
export const UNIX_SECONDS = integer(0, 4e12)
export const UNIX_MINUTES = integer(0, 4e12)

const VERSION = { type: 'string', pattern: '^[0-9]{1,4}\\.[0-9]{1,4}$' }

/** The first two members of every document. */
export const head = (type: string) => ({ type: { const: type }, v: VERSION })

export const PROVIDER = { type: 'string', pattern: PROVIDER_PATTERN }
export const MODEL = { type: 'string', pattern: MODEL_PATTERN, maxLength: MAX_MODEL_LENGTH }
export const REGION = { type: 'string', pattern: REGION_PATTERN }
export const CLASS = { type: 'string', pattern: CLASS_PATTERN }
export const WORK = { enum: WORK_TYPES }
export const ENDPOINT = { provider: PROVIDER, model: MODEL, region: REGION }

export const LOG_MS = number(LOG_TIME.min, LOG_TIME.max)
export const LOG_RATE = number(LOG_SPEED.min, LOG_SPEED.max)
export const LOG_VARIANCE = number(0, MAX_LOG_VARIANCE)
export const SHARE = number(0, 1)
/** USD per million tokens. */
export const PRICE = number(0, 100_000)
