import type { JsonObject } from '../../plugins/api.ts'
import type { Call } from '../../routing/ports.ts'
import { readCall } from '../../server/read-call.ts'
import { SURFACES } from '../../server/surfaces.ts'

/** As if it had come over HTTP, in OpenAI's grammar. */
export function ownCall(operation: 'chat' | 'embedding', body: JsonObject): Call {
  const surface = SURFACES.find((each) => each.operation === operation)!
  const bytes = Buffer.from(JSON.stringify(body))
  return readCall(surface, '/v1', { 'content-type': 'application/json' }, bytes, performance.now())
}
