/** A hub that gets another key, and moves: its member goes on, redirected or told, and follows nobody else. */
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { fingerprint } from '../../src/federation/protocol/keys.ts'
import { unseal } from '../../src/federation/protocol/signed.ts'
import { removeDirectory, temporaryDirectory } from '../helpers/directory.ts'
import { startHubProcess } from '../helpers/hub-process.ts'
import { runRouter, startRouter } from '../helpers/router.ts'
import { startScriptedHub } from '../helpers/scripted-hub.ts'

const config = {
  providers: { openai: { plugin: 'openai', api_key: 'sk-nobody' } },
  models: { m: { endpoints: ['openai/gpt-4o-mini'] } },
}
const folders: string[] = []
const folder = async () => {
  const directory = await temporaryDirectory()
  folders.push(directory)
  return directory
}
let [hubFolder, home]: string[] = []

beforeAll(async () => {
  hubFolder = await folder()
  home = await folder()
  await writeFile(join(home, 'config.yaml'), stringify(config))
})
afterAll(async () => {
  await Promise.all(folders.map(removeDirectory))
})

test('a member follows its hub to another key and address, and no other hub', async () => {
  const cli = (...args: string[]) => runRouter(['federation', ...args, '--json'], home!)
  const epoch = ['--epoch', '4s', '--k', '3']
  let hub = await startHubProcess(hubFolder!, epoch)
  const [invite, spare] = await hub.invite('--count', '2')
  const first = hub.url
  expect(await cli('join', first, '--invite', invite!, '--yes')).toMatchObject({ code: 0 })
  const router = await startRouter({ config, directory: home! })
  await router.waitForLog(/Member of a hub/, 0)
  await hub.stop()
  const rotated = JSON.parse((await runRouter(['hub', 'rotate-key', '--json'], hubFolder!)).stdout)
  expect(rotated.before).toBe(invite!.split('.')[2])

  hub = await startHubProcess(hubFolder!, epoch)
  const redirector = createServer((request, response) =>
    response.writeHead(308, { location: `${hub.url}${request.url}` }).end(),
  )
  redirector.listen(Number(new URL(first).port), '127.0.0.1')
  await once(redirector, 'listening')
  await router.waitForLog(/The hub has another key, which the one before signed/, 0)
  await router.waitForLog(new RegExp(`Member of a hub.*|"hub":"${hub.url}".*Member of a hub`), 0)
  await expect
    .poll(async () => JSON.parse((await cli('status')).stdout), { interval: 1_000 })
    .toMatchObject({ hub: hub.url, at_work: true, at_hub: { status: 'active' } })
  redirector.close()

  // An invite from before leads to the hub of now.
  const other = await folder()
  await writeFile(join(other, 'config.yaml'), stringify(config))
  const late = ['federation', 'join', hub.url, '--invite', spare!, '--yes']
  expect(await runRouter(late, other)).toMatchObject({ code: 0 })

  const stranger = await startScriptedHub({ epochSeconds: 4, k: 3 })
  const refused = await cli('move', stranger.url)
  expect([refused.code, refused.stdout + refused.stderr]).toEqual([6, expect.stringContaining('another key')])
  // One that only says that it has the key.
  Object.assign(stranger.info, JSON.parse(await (await fetch(`${hub.url}/v1/hub`)).text()))
  const impostor = await cli('move', stranger.url)
  expect([impostor.code, impostor.stdout + impostor.stderr]).toEqual([6, expect.stringContaining('does not sign')])
  await stranger.close()

  const before = hub.url
  await hub.stop()
  hub = await startHubProcess(hubFolder!, epoch)
  expect(hub.url).not.toBe(before)
  expect(await cli('move', hub.url)).toMatchObject({ code: 0 })
  await expect
    .poll(async () => JSON.parse((await cli('status')).stdout), { interval: 1_000 })
    .toMatchObject({ hub: hub.url, at_work: true, at_hub: { status: 'active' } })
  // Another key while hub and member run: both go on by themselves.
  const again = JSON.parse((await runRouter(['hub', 'rotate-key', '--json'], hubFolder!)).stdout)
  expect(again.before).toBe(rotated.after)
  await hub.waitForLog(/The hub has another signing key, and uses it/, 0)
  const info = JSON.parse(await (await fetch(`${hub.url}/v1/hub`)).text())
  expect([fingerprint(info.key), info.succession.length]).toEqual([again.after, 2])
  const incidents = unseal(Buffer.from(await (await fetch(`${hub.url}/v1/incidents`)).arrayBuffer()))
  expect(incidents.key).toBe(info.key)
  await expect
    .poll(async () => JSON.parse((await cli('status')).stdout), { interval: 1_000 })
    .toMatchObject({ hub: hub.url, at_work: true, at_hub: { status: 'active' } })
  await router.stop()
  await hub.stop()
})
