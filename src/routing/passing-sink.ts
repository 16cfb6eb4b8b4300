import type { AnswerHead, ClientSink, Explained } from './ports.ts'

/** Hands everything on as it is: for sinks that look at an answer on its way, or change a part of it. */
export class PassingSink implements ClientSink {
  readonly #sink: ClientSink

  constructor(sink: ClientSink) {
    this.#sink = sink
  }

  get closed(): boolean {
    return this.#sink.closed
  }

  onClose(listener: () => void): void {
    this.#sink.onClose(listener)
  }

  explain(run: Explained): void {
    this.#sink.explain?.(run)
  }

  keepAlive(bytes: Buffer, generationId: string): void {
    this.#sink.keepAlive(bytes, generationId)
  }

  start(head: AnswerHead): void {
    this.#sink.start(head)
  }

  write(bytes: Buffer): boolean {
    return this.#sink.write(bytes)
  }

  onDrain(listener: () => void): void {
    this.#sink.onDrain(listener)
  }

  end(bytes?: Buffer): void {
    this.#sink.end(bytes)
  }

  abort(): void {
    this.#sink.abort()
  }
}
