import type { IncomingHttpHeaders } from 'node:http'

/** The brakes of one upstream call. */
export interface Controller {
  pause(): void
  resume(): void
  abort(reason: Error): void
}

/**
 * The phases of one upstream call, in undici's order. After `onResponseError` or `onResponseEnd` nothing more comes.
 */
export interface ResponseHandler {
  onRequestStart(controller: Controller): void
  onResponseStart(controller: Controller, status: number, headers: IncomingHttpHeaders): void
  onResponseData(controller: Controller, chunk: Buffer): void
  onResponseEnd(controller: Controller): void
  onResponseError(controller: Controller | undefined, error: Error): void
}
