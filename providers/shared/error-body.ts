import { isObject } from './is-object.ts'

/** What an upstream's error body says, whatever its shape. */
export interface ErrorBody {
  readonly form: 'json' | 'html' | 'text' | 'empty'
  /** The upstream's own reason on one line; empty when it gave none. */
  readonly message: string
  /** `code`, `type` and `status` as given, lower-case, most specific first. */
  readonly codes: readonly string[]
  /** HTTP status named inside the body, as in-band errors do. */
  readonly status?: number
  /** The field of the request that it is about, as given. */
  readonly param?: string
}

/** Enough to recognise a reason; upstreams put whole stack traces into messages. */
const READ_CHARS = 4_000
/**
 * Wrappers seen: Google's array, `{error}`, `{response: {error}}` of the Responses wire, `{errors: []}`, `{message:
 * {detail}}`, `{detail: {error}}`.
 */
const MAX_DEPTH = 4

type Value = Record<string, unknown>

/** Reads an error body. Never throws, whatever the text. */
export function readErrorBody(body: string): ErrorBody {
  const text = body.trim()
  if (text === '') return { form: 'empty', message: '', codes: [] }
  if (text[0] === '{' || text[0] === '[') {
    try {
      return readJson(JSON.parse(text))
    } catch {
      // Cut off by the cap, or not JSON after all: the text itself is the reason.
    }
  }
  if (/^<(?:!doctype|html|head|body|\?xml)/i.test(text)) {
    return {
      form: 'html',
      message: oneLine(/<title[^>]*>([^<]*)/i.exec(text.slice(0, READ_CHARS))?.[1] ?? ''),
      codes: [],
    }
  }
  return { form: 'text', message: oneLine(text), codes: [] }
}

function readJson(parsed: unknown): ErrorBody {
  const layers = unwrap(parsed).reverse()
  const codes = layers
    .flatMap((layer) => [layer.code, layer.type, layer.status, layer.error_type])
    .filter((code) => typeof code === 'string')
  const status = layers
    .flatMap((layer) => [layer.code, layer.status, layer.status_code])
    .map(Number)
    .find((code) => code >= 400 && code < 600)
  const reason = layers.map(reasonIn).find((text) => text !== '') ?? ''
  const param = layers.map((layer) => layer.param).find((name) => typeof name === 'string')
  const metadata = layers[0]?.metadata
  const raw = isObject(metadata) ? metadata.raw : undefined
  return {
    form: 'json',
    // OpenRouter says "Provider returned error" and keeps the reason proper in `metadata.raw`.
    message: oneLine(typeof raw === 'string' ? `${reason}: ${raw}` : reason),
    codes: codes.map((code) => code.toLowerCase()),
    ...(status === undefined ? {} : { status }),
    ...(param === undefined ? {} : { param }),
  }
}

/** The objects from the outermost to the one that describes the error. */
function unwrap(parsed: unknown): Value[] {
  const layers: Value[] = []
  let value = parsed
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    if (Array.isArray(value)) value = value[0]
    if (!isObject(value)) break
    layers.push(value)
    const { error, errors, response, message, detail } = value
    // A list under `detail` is FastAPI's, and no wrapper.
    value = [error, errors, response, message, isObject(detail) ? detail : undefined].find(
      (part) => typeof part === 'object' && part !== null,
    )
  }
  return layers
}

function reasonIn(layer: Value): string {
  for (const value of [layer.message, layer.error, layer.detail, layer.error_message, layer.title]) {
    if (typeof value === 'string') return value
    // FastAPI's list of validation errors.
    if (Array.isArray(value))
      return value.map((item) => (isObject(item) ? `${item.msg ?? ''} ${place(item.loc)}` : String(item))).join('; ')
  }
  return ''
}

/** Quoted, because its parts are the client's own words. */
const place = (loc: unknown): string => (Array.isArray(loc) ? `"${loc.join('.')}"` : '')

function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is being removed
  const line = text.slice(0, READ_CHARS).replace(/[\s\u0000-\u001f\u007f]+/g, ' ')
  return line.trim().toWellFormed()
}
