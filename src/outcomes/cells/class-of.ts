import type { Operation } from '../../plugins/api.ts'

/** Upper bounds of the input sizes, in tokens (exclusive), and how they are called. The last size has no bound. */
const SIZES: readonly (readonly [limit: number, name: string])[] = [
  [1_000, 'lt1k'],
  [2_000, 'lt2k'],
  [4_000, 'lt4k'],
  [8_000, 'lt8k'],
  [16_000, 'lt16k'],
  [32_000, 'lt32k'],
  [64_000, 'lt64k'],
]
/** What others are told of: three of them are one there. */
const PUBLIC_SIZES: Readonly<Record<string, string>> = { lt2k: 'lt8k', lt4k: 'lt8k', lt16k: 'lt64k', lt32k: 'lt64k' }

/** Operations that are counted as another kind: the same work, asked for otherwise. The map knows no other kinds. */
const KINDS: Readonly<Partial<Record<Operation, Operation>>> = {
  completion: 'chat',
  image_edit: 'image',
  translation: 'transcription',
}

/**
 * The workload class of a request, `<kind>.<size>.<shape>`, e.g. `chat.lt1k.plain` or `embedding.more.plain`: what is
 * compared with what. The kind is the operation, with `completion` counted as `chat`, `image_edit` as `image` and
 * `translation` as `transcription`. `structured` is true for tools or a JSON schema.
 */
export function classOf(operation: Operation, inputTokens: number, structured: boolean): string {
  let classes = CLASSES.get(operation)
  if (!classes) {
    classes = classesOf(KINDS[operation] ?? operation)
    CLASSES.set(operation, classes)
  }
  let size = 0
  while (size < SIZES.length && inputTokens >= SIZES[size]![0]) size++
  return classes[2 * size + (structured ? 1 : 0)]!
}

/** By operation: each class is one string, however often it is asked for. */
const CLASSES = new Map<Operation, readonly string[]>()

const classesOf = (kind: Operation) =>
  [...SIZES.map(([, name]) => name), 'more'].flatMap((size) => [`${kind}.${size}.plain`, `${kind}.${size}.structured`])

const PUBLIC = new Map<string, string>()

/** The class of a map, of a report and of a prior's file that a class of this router's own belongs to. */
export function publicClassOf(workloadClass: string): string {
  const known = PUBLIC.get(workloadClass)
  if (known !== undefined) return known
  const [kind = '', size = '', shape = ''] = workloadClass.split('.')
  const found = PUBLIC_SIZES[size] === undefined ? workloadClass : `${kind}.${PUBLIC_SIZES[size]}.${shape}`
  if (PUBLIC.size < MAX_CLASSES) PUBLIC.set(workloadClass, found)
  return found
}

/** There are fewer than 200 real ones. */
const MAX_CLASSES = 1000
