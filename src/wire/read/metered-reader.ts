import type { Usage } from '../../plugins/api.ts'
import type { Reading } from '../../routing/ports.ts'
import type { Meter } from './reading.ts'

/**
 * A reading that is its meter's. The optional properties of `Reading` cannot be declared as undefined, but a getter has to give something:
 * hence the assertions.
 */
export abstract class MeteredReader implements Reading {
  protected readonly meter: Meter

  constructor(meter: Meter) {
    this.meter = meter
  }

  get started(): boolean {
    return this.meter.started
  }
  get finished(): boolean {
    return this.meter.finished
  }
  get ended(): boolean {
    return this.meter.ended
  }
  get errorText(): string {
    return this.meter.errorText!
  }
  get malformed(): string {
    return this.meter.malformed!
  }
  get usage(): Usage {
    return this.meter.usage!
  }
  get finishReason(): string {
    return this.meter.finishReason!
  }
  get upstreamId(): string {
    return this.meter.upstreamId!
  }
  get outputChars(): number {
    return this.meter.outputChars
  }
  get brokenEvents(): number {
    return this.meter.brokenEvents
  }
  get toolCalls(): number {
    return this.meter.toolCalls
  }
}
