import { expect, test } from 'vitest'
import { readStatus } from '../../../../src/federation/member/membership/member-status.ts'
import { OpenSession } from '../../../../src/federation/member/open/open-session.ts'
import type { SessionHost } from '../../../../src/federation/member/session-host.ts'
import { fingerprint } from '../../../../src/federation/protocol/keys.ts'
import { removeDirectory, temporaryDirectory } from '../../../helpers/directory.ts'
import { HOUR, names } from '../../../helpers/member.ts'
import { cellOf, startScriptedHub } from '../../../helpers/scripted-hub.ts'
import { waitFor } from '../../../helpers/wait-for.ts'

test('the status says at once what a map that has just come knows of', async ({ onTestFinished }) => {
  const hub = await startScriptedHub()
  const directory = await temporaryDirectory()
  const time = Date.now()
  const epoch = Math.floor(time / HOUR) - 1
  const ttft = { mean: 6, tau2: 0.05, sigma2: 0.3 }
  const host: SessionHost = {
    log: { info: () => {}, warn: () => {} },
    names,
    canonicalOf: ({ model }) => model,
    settings: {
      enabled: true,
      share: false,
      grids: false,
      prices: true,
      quality: true,
      providers: {},
      models: [],
      incidents: false,
    },
    models: () => [['openai/gpt-4o']],
    isEjected: () => false,
    filePrior: undefined,
    now: () => time,
    random: () => 0,
  }
  const session = new OpenSession(directory, { from: `${hub.url}/v1/map`, key: fingerprint(hub.key.publicKey) }, host)
  onTestFinished(async () => {
    await session.close(false)
    await hub.close()
    await removeDirectory(directory)
  })
  hub.publish({ epoch, cells: [cellOf({ model: 'gpt-4o', as_of: epoch, ttft })] })
  await waitFor(() => {
    session.tick()
    expect(readStatus(directory)?.endpoints.with_prior).toBe(1)
  })
})
