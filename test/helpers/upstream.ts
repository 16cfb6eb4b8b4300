/** A scripted model provider over real sockets: `startUpstream`, the ways to answer, and every way to fail. */
export { type AnswerOptions, answerTo } from './upstream/answer.ts'
export * as faults from './upstream/faults.ts'
export { type Flood, flood } from './upstream/flood.ts'
export { Gate } from './upstream/gate.ts'
export { type ReplyOptions, reply } from './upstream/reply.ts'
export { startUpstream, type Upstream, type UpstreamOptions } from './upstream/server.ts'
export type { Behaviour, Ending, Exchange, ReceivedRequest } from './upstream/types.ts'
