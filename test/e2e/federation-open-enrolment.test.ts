/** A router that joins a hub without an invite: by its fingerprint, or not at all. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { fingerprint } from '../../src/federation/protocol/keys.ts'
import { removeDirectory, temporaryDirectory } from '../helpers/directory.ts'
import { send } from '../helpers/http.ts'
import { type HubProcess, startHubProcess } from '../helpers/hub-process.ts'
import { runRouter } from '../helpers/router.ts'

const config = {
  providers: { openai: { plugin: 'openai', api_key: 'sk-nobody' } },
  models: { m: { endpoints: ['openai/gpt-4o-mini'] } },
}
let [hubFolder, home]: string[] = []
let hub: HubProcess

beforeAll(async () => {
  hubFolder = await temporaryDirectory()
  home = await temporaryDirectory()
  await writeFile(join(home, 'config.yaml'), stringify(config))
  hub = await startHubProcess(hubFolder, ['--open-enrolment'])
})
afterAll(async () => {
  await hub?.stop()
  await Promise.all([hubFolder!, home!].map(removeDirectory))
})

test('joins with the right fingerprint only, and by invite only once the door is closed', async () => {
  const cli = async (...args: string[]) => {
    const { code, stdout, stderr } = await runRouter(['federation', ...args], home!)
    return { code, text: stdout + stderr }
  }
  const info = (await send(`${hub.url}/v1/hub`)).json!
  expect(info).toMatchObject({ enrolment: { difficulty: 20 } })
  const key = fingerprint(String(info.key))
  expect(await cli('join', hub.url, '--yes')).toEqual({ code: 2, text: expect.stringContaining('--key FINGERPRINT') })
  const other = await cli('join', hub.url, '--yes', '--key', 'AAAAAAAAAAAAAAAAAAAAAA')
  expect(other).toEqual({ code: 6, text: expect.stringContaining(`it has the key ${key}`) })
  expect(await cli('join', hub.url, '--yes', '--key', key)).toEqual({
    code: 0,
    text: expect.stringMatching(/Working to be let in.*Joined as/s),
  })
  const members = await runRouter(['hub', 'members', 'list', '--json'], hubFolder!)
  expect(JSON.parse(members.stdout).members).toMatchObject([{ trust: 0.1, cohort: 'open', reports: 0 }])
  expect(await cli('leave')).toMatchObject({ code: 0 })

  await hub.stop()
  hub = await startHubProcess(hubFolder!, ['--no-open-enrolment'])
  expect(await cli('join', hub.url, '--yes', '--key', key)).toEqual({
    code: 6,
    text: expect.stringContaining('by invite only'),
  })
})
