import { beforeAll, expect, test } from 'vitest'
import { type Router, startRouter } from '../router.ts'

let router: Router
// Times out while the router is on its way.
beforeAll(async () => {
  router = await startRouter({ config: 'providers: { sandbox: {} }', directory: process.env.LEFTOVERS_DIRECTORY! })
})

test('never begins', () => {
  expect(router).toBeDefined()
})
