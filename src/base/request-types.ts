/**
 * What kind of work a request asks for, as far as cheap features show: the default task of model selectors. `chat` is
 * what is left. Their order is part of what is learned: new ones go to the end.
 */
export const REQUEST_TYPES = [
  'chat',
  'question',
  'code',
  'maths',
  'translation',
  'summarisation',
  'extraction',
  'classification',
  'rewriting',
  'writing',
  'reasoning',
  'structured',
  'tool_use',
  'long_document',
  'vision',
  'audio',
] as const

export type RequestType = (typeof REQUEST_TYPES)[number]
