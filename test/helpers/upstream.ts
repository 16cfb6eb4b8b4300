/** A scripted model provider over real sockets: `startUpstream`, the ways to answer, and every way to fail. */
export * as faults from './upstream/faults.ts'
export { flood } from './upstream/flood.ts'
export { Gate } from './upstream/gate.ts'
export { reply } from './upstream/reply.ts'
export { startUpstream, type Upstream } from './upstream/server.ts'
export type { Behaviour, Exchange } from './upstream/types.ts'
