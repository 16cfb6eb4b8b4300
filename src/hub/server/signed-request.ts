import type { FastifyRequest } from 'fastify'
import { SMALL_BYTES } from '../../federation/protocol/limits.ts'
import { ProtocolProblem } from '../../federation/protocol/problem.ts'
import { checkRequest } from '../../federation/protocol/validate.ts'
import type { Opened } from '../ingest/signers.ts'
import { checkTime, type Services } from './services.ts'

/**
 * Who signed a request without a body: `authorization: Signed <base64url of a signed document of type request>`, for
 * this method and path, within five minutes of the hub's clock. Whether it is a member is for the caller to look up.
 * @throws ProtocolProblem not_signed, bad_signature, bad_json, invalid, clock_skew, rate_limited
 */
export function openRequest({ signers, admission, now }: Services, request: FastifyRequest): Opened {
  const [, encoded] = /^Signed ([\w-]+)$/i.exec(request.headers.authorization ?? '') ?? []
  if (encoded === undefined || encoded.length > 2 * SMALL_BYTES) {
    throw new ProtocolProblem(
      'not_signed',
      'Sign the request: "authorization: Signed <base64url of the signed document>".',
    )
  }
  const opened = signers.open('request', Buffer.from(encoded, 'base64url'))
  admission.member('request', opened.member)
  const { method, path, time } = checkRequest(opened.document)
  if (method !== request.method || path !== request.raw.url) {
    throw new ProtocolProblem('bad_signature', `The signature is for ${method} ${path}, not for this request.`)
  }
  checkTime(time * 1000, now())
  return opened
}
