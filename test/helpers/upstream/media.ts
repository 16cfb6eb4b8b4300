import type { Answer, Json, ReceivedRequest, StreamEvent, WireFormat } from './types.ts'

/** A picture of one grey pixel, the smallest PNG that there is. */
export const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=='

/** What it says nothing with, it makes nothing of. */
const countOf = ({ text }: Answer, { json }: ReceivedRequest): number => (text === '' ? 0 : Number(json.n ?? 1))

const imageUsage = (images: number) => ({
  input_tokens: 9,
  input_tokens_details: { text_tokens: 9, image_tokens: 0 },
  output_tokens: 272 * images,
  total_tokens: 9 + 272 * images,
})

/** As gpt-image models: base64 only, with usage; `dall-e-*` give links, and no usage. */
export const openaiImages: WireFormat = {
  whole(answer, request) {
    const images = countOf(answer, request)
    const isOld = request.model.startsWith('dall-e')
    const image = isOld ? { url: 'https://images.example/1.png', revised_prompt: 'A grey lamp.' } : { b64_json: PIXEL }
    return {
      created: answer.created,
      data: Array.from({ length: images }, () => image),
      ...(!isOld && { size: request.json.size ?? '1024x1024', quality: 'low', usage: imageUsage(images) }),
    }
  },
  events(answer, request): StreamEvent[] {
    const about = { created_at: answer.created, size: '1024x1024', quality: 'low', output_format: 'png' }
    const event = (kind: string, more: Json): StreamEvent => ({
      event: `image_generation.${kind}`,
      data: JSON.stringify({ type: `image_generation.${kind}`, b64_json: PIXEL, ...about, ...more }),
      token: true,
    })
    const partial = Array.from({ length: Number(request.json.partial_images ?? 2) }, (_, partial_image_index) =>
      event('partial_image', { partial_image_index }),
    )
    return countOf(answer, request) === 0 ? [] : [...partial, event('completed', { usage: imageUsage(1) })]
  },
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value])

/** Flags what names a weapon. */
export const openaiModerations: WireFormat = {
  whole: (answer, { json }) => ({
    id: answer.id.replace('chatcmpl', 'modr'),
    model: answer.model,
    results: (answer.text === '' ? [] : listOf(json.input)).map((input) => {
      const flagged = JSON.stringify(input).includes('knife')
      return {
        flagged,
        categories: { violence: flagged },
        category_scores: { violence: flagged ? 0.98 : 0.01 },
        category_applied_input_types: { violence: ['text'] },
      }
    }),
  }),
  events: () => [],
}

/** Documents by how many words they share with the query, best first. */
function ranked({ text }: Answer, { json }: ReceivedRequest) {
  const words = new Set(String(json.query).toLowerCase().split(/\W+/))
  const score = (document: unknown) =>
    JSON.stringify(document)
      .toLowerCase()
      .split(/\W+/)
      .filter((word) => words.has(word)).length
  return (text === '' ? [] : listOf(json.documents))
    .map((document, index) => ({ index, relevance_score: score(document) / 10, document }))
    .sort((a, b) => b.relevance_score - a.relevance_score)
    .slice(0, Number(json.top_n ?? json.top_k ?? 1000))
}

const bare = ({ index, relevance_score }: { index: number; relevance_score: number }) => ({ index, relevance_score })
const asObject = (document: unknown) => (typeof document === 'string' ? { text: document } : document)

export const jinaRerank: WireFormat = {
  whole: (answer, request) => ({
    model: answer.model,
    object: 'list',
    usage: { total_tokens: 38 },
    results: ranked(answer, request).map((result) =>
      request.json.return_documents === false ? bare(result) : { ...result, document: asObject(result.document) },
    ),
  }),
  events: () => [],
}

export const cohereRerank: WireFormat = {
  whole: (answer, request) => ({
    id: 'rerank-1',
    results: ranked(answer, request).map(bare),
    meta: { api_version: { version: '2' }, billed_units: { search_units: 1 } },
  }),
  events: () => [],
}

export const voyageRerank: WireFormat = {
  whole: (answer, request) => ({
    object: 'list',
    data: ranked(answer, request).map((result) => (request.json.return_documents ? result : bare(result))),
    model: answer.model,
    usage: { total_tokens: 26 },
  }),
  events: () => [],
}
