import type { BodyPieces, JsonObject, Operation, ProviderAdapter, ProviderCall, UpstreamRequest, Wire } from '../api.ts'

/**
 * Larger than a double can hold, and keys in no natural order: what a body loses when it is parsed and written again.
 */
export const UNTOUCHED = '"x_untouched" : {"z":12345678901234567890,"a":1.10,"m":"\\u00e9"}'

/** The same of a form. */
export const UNTOUCHED_FIELD = 'name="x_untouched"\r\n\r\n \u00e9 \r\n'

const SAMPLE_ID = 'gen-1700000000-conformance'

const MESSAGES = '"messages":[{"role":"user","content":"Say hello."}]'

const BODIES: Readonly<Record<string, string>> = {
  'openai-chat': `${MESSAGES},"max_tokens":64`,
  'openai-responses': '"input":"Say hello.","max_output_tokens":64',
  'openai-completions': '"prompt":"Say hello.","max_tokens":64',
  'openai-embeddings': '"input":["hello"]',
  'openai-compact': '"input":"Say hello."',
  'openai-input-tokens': '"input":"Say hello."',
  'openai-images': '"prompt":"A lamp.","n":1',
  'openai-speech': '"input":"Hello.","voice":"alloy"',
  'openai-moderations': '"input":"hello"',
  'jina-rerank': '"query":"hello","documents":["hello","goodbye"]',
  'cohere-rerank': '"query":"hello","documents":["hello","goodbye"]',
  'voyage-rerank': '"query":"hello","documents":["hello","goodbye"]',
  'cohere-chat': MESSAGES,
  'cohere-embed': '"input_type":"search_document","texts":["hello"]',
  'ollama-chat': MESSAGES,
  'ollama-embed': '"input":["hello"]',
  'anthropic-messages': `"max_tokens":64,${MESSAGES}`,
  'anthropic-count-tokens': MESSAGES,
  gemini: '"contents":[{"role":"user","parts":[{"text":"Say hello."}]}]',
  'gemini-count-tokens': '"contents":[{"role":"user","parts":[{"text":"Say hello."}]}]',
  'gemini-embeddings': '"content":{"parts":[{"text":"hello"}]}',
  'gemini-batch-embeddings': '"requests":[{"content":{"parts":[{"text":"hello"}]}}]',
  'bedrock-converse': '"messages":[{"role":"user","content":[{"text":"Say hello."}]}]',
}

/** Fields of a form, beside its model and what the kit adds; `file` and `image` are files. */
const FORMS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'openai-image-edits': { image: 'not really a picture', prompt: 'In red.' },
  'openai-image-variations': { image: 'not really a picture' },
  'openai-transcriptions': { file: 'not really sound', language: 'en' },
  'openai-translations': { file: 'not really sound' },
}
const FILES: Readonly<Record<string, string>> = { image: 'lamp.png', file: 'hello.wav' }
const BOUNDARY = 'conformance-7MA4YWxkTrZu0gW'
const FORM_TYPE = `multipart/form-data; boundary=${BOUNDARY}`

/** Operations whose answers may be streamed. */
const STREAMED: ReadonlySet<Operation> = new Set<Operation>([
  'chat',
  'completion',
  'image',
  'image_edit',
  'speech',
  'transcription',
])

/** Every operation and wire of an adapter, streaming (where an answer can be streamed) and not. */
export function sampleCalls({ wires }: Pick<ProviderAdapter, 'wires'>, model: string): ProviderCall[] {
  // A socket is no call: its opening has a door of its own.
  const { realtime: _, ...called } = wires
  return Object.entries(called).flatMap(([operation, names = []]) =>
    names.flatMap((wire) =>
      (STREAMED.has(operation as Operation) ? [false, true] : [false]).map((stream) =>
        sampleCall(operation as Operation, wire, model, stream),
      ),
    ),
  )
}

export const isForm = ({ wire }: Pick<ProviderCall, 'wire'>): boolean => Object.hasOwn(FORMS, wire)

/** What a request sends, in one piece. */
export const bytesOf = ({ body, pieces }: Pick<UpstreamRequest, 'body' | 'pieces'>): Buffer =>
  pieces ? Buffer.concat([...pieces]) : Buffer.from(body ?? '')

/** A small request in a wire; of wires that the kit does not know, only what all have. */
export function sampleCall(operation: Operation, wire: Wire, model: string, stream: boolean): ProviderCall {
  return isForm({ wire }) ? formCall(operation, wire, model, stream) : jsonCall(operation, wire, model, stream)
}

class SamplePieces implements BodyPieces {
  readonly length: number
  readonly #pieces: readonly Buffer[]

  constructor(pieces: readonly Buffer[], length: number) {
    this.#pieces = pieces
    this.length = length
  }

  [Symbol.iterator](): Iterator<Buffer> {
    return this.#pieces.values()
  }
}

function formCall(operation: Operation, wire: Wire, model: string, stream: boolean): ProviderCall {
  const fields = { model, ...(stream && { stream: 'true' }), ...FORMS[wire] }
  const parts = Object.entries(fields).map(
    ([name, value]) =>
      `--${BOUNDARY}\r\ncontent-disposition: form-data; name="${name}"${
        Object.hasOwn(FILES, name) ? `; filename="${FILES[name]}"\r\ncontent-type: application/octet-stream` : ''
      }\r\n\r\n${value}\r\n`,
  )
  const pieces = [
    `--${BOUNDARY}\r\ncontent-disposition: form-data; ${UNTOUCHED_FIELD}`,
    ...parts,
    `--${BOUNDARY}--\r\n`,
  ].map((part) => Buffer.from(part))
  const body = Buffer.concat(pieces)
  return {
    id: SAMPLE_ID,
    operation,
    wire,
    stream,
    contentType: FORM_TYPE,
    headers: {},
    body,
    pieces: new SamplePieces(pieces, body.length),
    json: () => Object.fromEntries(Object.entries(fields).filter(([name]) => !Object.hasOwn(FILES, name))),
  }
}

function jsonCall(operation: Operation, wire: Wire, model: string, stream: boolean): ProviderCall {
  const parts = [
    UNTOUCHED,
    `"model":${JSON.stringify(model)}`,
    ...(stream ? ['"stream":true'] : []),
    BODIES[wire] ?? '"input":"Say hello."',
  ]
  const body = Buffer.from(`{ ${parts.join(', ')} }`)
  let parsed: JsonObject | undefined
  return {
    id: SAMPLE_ID,
    operation,
    wire,
    stream,
    contentType: 'application/json',
    headers: {},
    body,
    json: () => {
      parsed ??= JSON.parse(body.toString()) as JsonObject
      return parsed
    },
  }
}
