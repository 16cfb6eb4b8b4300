import { segmentsOf } from './pointer.ts'

const SECRET_NAME =
  /(^|[_-])(key|keys|secret|secrets|token|password|passwd|authorization|credential|credentials|cookie|headers|bearer)$/i
const SECRET_VALUE =
  /^(bearer\s|basic\s|sk[-_]|rk[-_]|pk[-_]|gsk_|xai-|hf_|nvapi-|pplx-|csk-|fw_|tgp_|key_|ghp_|AIza|AKIA|eyJ)/i
const MAX_LENGTH = 60

/**
 * True for values that are never to be printed, whatever is wrong with them: anything under `auth`, options of plugins,
 * names like `api_key`.
 */
function isSecretPlace(pointer: string): boolean {
  const segments = segmentsOf(pointer)
  const [section, , option] = segments
  if (section === 'auth') return true
  if (
    section === 'providers' &&
    option !== 'price' &&
    option !== 'models' &&
    option !== 'optional' &&
    option !== 'plugin'
  )
    return true
  if (segments.includes('options')) return true
  // A model may have any name, `headers` too.
  if (section === 'models') return segments.includes('headers', 2)
  return segments.some((segment) => SECRET_NAME.test(segment) && segment !== 'first_token')
}

/** A value as an error message may show it: shortened, on one line, and masked where it is or looks like a secret. */
export function show(value: unknown, pointer: string, fromEnv: boolean): string {
  if (value === null || value === undefined) return 'nothing'
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  if (typeof value === 'object') return 'a mapping'
  if (value === '') return '""'
  if (fromEnv || isSecretPlace(pointer) || (typeof value === 'string' && SECRET_VALUE.test(value))) return '***'
  const shown = typeof value === 'string' ? JSON.stringify(value.replace(/\/\/[^/@\s]*@/, '//***@')) : String(value)
  return shown.length > MAX_LENGTH ? `${shown.slice(0, MAX_LENGTH)}...` : shown
}
