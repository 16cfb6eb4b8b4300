import nock from 'nock'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'

/** Intercepts requests for the tests of this file, lets none out, and leaves nothing behind. */
export function intercept(): void {
  beforeAll(() => {
    if (!nock.isActive()) nock.activate()
    nock.disableNetConnect()
  })
  afterEach(() => {
    const pending = nock.pendingMocks()
    nock.cleanAll()
    expect(pending).toEqual([])
  })
  afterAll(() => {
    nock.enableNetConnect()
    nock.restore()
  })
}
