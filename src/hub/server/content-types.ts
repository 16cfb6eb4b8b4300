import type { FastifyRequest } from 'fastify'

/** A signed document, in either direction. */
export const SIGNED_TYPE = 'application/vnd.commonroute.signed'

const EMPTY = Buffer.alloc(0)

/** The body as it came; empty when there was none. */
export const bodyOf = (request: FastifyRequest): Buffer => (request.body as Buffer | undefined) ?? EMPTY
