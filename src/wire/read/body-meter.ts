import type { JsonObject } from '../../plugins/api.ts'
import { isErrorGiven } from '../untyped.ts'
import { Meter } from './meter.ts'

/** Of wires whose answers never stream. */
export abstract class BodyMeter extends Meter {
  skim(): boolean {
    return false
  }

  event(_name: string | undefined, data: JsonObject): void {
    this.whole(data)
  }

  whole(body: JsonObject): void {
    // A list of errors is no error of the whole.
    if ((isErrorGiven(body.error) && !Array.isArray(body.error)) || body.object === 'error' || body.type === 'error') {
      this.errorText = JSON.stringify(body)
      return
    }
    this.read(body)
    if (this.errorText !== undefined || this.malformed !== undefined) return
    this.ended = true
    this.finished = true
  }

  /** An answer that is no error: sets `started` where it has output, `malformed` where it is none of this wire. */
  protected abstract read(body: JsonObject): void
}
