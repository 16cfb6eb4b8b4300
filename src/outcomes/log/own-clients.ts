import type { RequestRecord } from '../../plugins/api.ts'

/** As whose usage the router's own requests are counted, in place of the fingerprint of a client's key. */
export const OWN_CLIENTS = { judge: 'judge', embeddings: 'embeddings', keepWarm: 'keep_warm' } as const

const NAMES: ReadonlySet<string> = new Set(Object.values(OWN_CLIENTS))

/** Whether the router asked by itself. */
export const isOwnRequest = ({ client }: Pick<RequestRecord, 'client'>): boolean =>
  client !== undefined && NAMES.has(client)
