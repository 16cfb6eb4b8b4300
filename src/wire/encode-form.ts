import type { Form } from '../base/multipart/form.ts'
import type { Pieces } from '../base/multipart/pieces.ts'
import type { JsonObject, Wire } from '../plugins/api.ts'
import type { EncodedCall, EncodeOptions } from '../routing/codec.ts'

/** A client's form with the upstream's name of the model, and without what speaks to the router. */
export class EncodedForm implements EncodedCall {
  readonly wire: Wire
  readonly pieces: Pieces
  readonly json: () => JsonObject

  constructor(wire: Wire, form: Form, { upstreamModel, routingFields }: EncodeOptions, ours: readonly string[]) {
    const remove = routingFields ? [] : ours
    this.wire = wire
    this.pieces = form.edited({ set: { model: upstreamModel }, remove })
    const kept = Object.entries(form.fields).filter(([name]) => !remove.includes(name))
    this.json = () => ({ ...Object.fromEntries(kept), model: upstreamModel })
  }

  get body(): Buffer {
    return this.pieces.toBuffer()
  }
}
