import type { BodyPieces, JsonObject, Operation, ProviderCall, Wire } from '../../plugins/api.ts'
import type { EncodedCall } from '../codec.ts'
import type { Call } from '../ports.ts'

/** What an adapter is asked to send of a form. */
export class FormCall implements ProviderCall {
  readonly id: string
  readonly operation: Operation
  readonly wire: Wire
  readonly stream: boolean
  readonly contentType: string
  readonly headers: Readonly<Record<string, string>>
  readonly pieces: BodyPieces
  readonly #encoded: EncodedCall

  constructor({ id, operation, stream, contentType, headers }: Call, encoded: EncodedCall, pieces: BodyPieces) {
    this.id = id
    this.operation = operation
    this.wire = encoded.wire
    this.stream = stream
    this.contentType = contentType
    this.headers = headers
    this.pieces = pieces
    this.#encoded = encoded
  }

  get body(): Buffer {
    return this.#encoded.body
  }

  json(): JsonObject {
    return this.#encoded.json()
  }
}
