import type { JsonObject } from '../../../plugins/api.ts'
import type { Fold } from '../../definition.ts'
import { objectOf, stringOf } from '../../untyped.ts'

/** The last event holds the whole answer. */
export class ResponsesFold implements Fold {
  #response: JsonObject | undefined

  event(name: string | undefined, data: JsonObject): void {
    if (/^response\.(completed|incomplete|failed|cancelled)$/.test(stringOf(data.type) || (name ?? '')))
      this.#response = objectOf(data.response)
  }

  end(): string | undefined {
    return this.#response && JSON.stringify(this.#response)
  }
}
