import type { Usage } from '../../plugins/api.ts'
import type { Reading } from '../../routing/codec.ts'
import type { Framer } from '../framing/framing.ts'
import type { Meter } from './meter.ts'

/**
 * A reading that is its meter's. The optional properties of `Reading` cannot be declared as undefined, but a getter has
 * to give something: hence the assertions.
 */
export abstract class MeteredReader implements Reading {
  protected readonly meter: Meter
  protected abstract readonly framer: Framer
  protected stopped = false

  constructor(meter: Meter) {
    this.meter = meter
  }

  /** The stream is over, whether it has ended or not. */
  close(): void {
    this.stopped = true
    this.framer.close()
  }

  /** Nothing is read or passed on any more. */
  protected stop(malformed: string | undefined): void {
    this.stopped = true
    if (malformed !== undefined) this.meter.malformed = malformed
  }

  /**
   * The reason why it finished was in an event that was left out, or was lost like it: nobody can tell whether the
   * answer is whole.
   */
  protected get spoiled(): boolean {
    const { brokenEvents, finishReason } = this.meter
    return brokenEvents > 0 && finishReason === undefined
  }

  /** To be called when the framer may have hit a limit. */
  protected checkLimits(): void {
    const { overflow, maxEventBytes } = this.framer
    if (overflow === undefined || this.stopped) return
    this.stopped = true
    if (overflow === 'framing') this.meter.malformed = 'the bytes of the stream are no frames, or were damaged'
    else if (overflow === 'event') this.meter.malformed = `an event is longer than ${maxEventBytes} bytes`
    else this.meter.routerFault = 'there is no room left for large events of streams (server.stream_buffer)'
  }

  get routerFault(): string {
    return this.meter.routerFault!
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
  get invalidOutput(): string | undefined {
    const { meter } = this
    return meter.invalidOutput ?? meter.json?.problem(meter)
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
  get keptIds(): readonly string[] {
    return this.meter.keptIds!
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
