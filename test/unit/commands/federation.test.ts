import { readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import Check from '../../../src/commands/check.ts'
import Join from '../../../src/commands/federation/join.ts'
import Leave from '../../../src/commands/federation/leave.ts'
import Preview from '../../../src/commands/federation/preview.ts'
import Status from '../../../src/commands/federation/status.ts'
import Stats from '../../../src/commands/stats.ts'
import { fingerprint } from '../../../src/federation/protocol/keys.ts'
import { unseal, verifySealed } from '../../../src/federation/protocol/signed.ts'
import { cellOf, type ScriptedHub, startScriptedHub } from '../../helpers/scripted-hub.ts'
import { folder, runCommand } from './run-command.ts'

const CONFIG = `
providers:
  openai: { api_key: sk-test }
  sandbox: {}
models:
  small: { endpoints: [openai/gpt-4o-mini, sandbox/fast] }
`

let hub: ScriptedHub
let directory: string
let file: string
beforeEach(async () => {
  hub = await startScriptedHub()
  directory = await folder({ 'config.yaml': CONFIG })
  file = join(directory, 'config.yaml')
})
afterEach(() => hub.close())

const join_ = (...more: string[]) => runCommand(Join, hub.url, '--invite', hub.invite, '-c', file, ...more)

describe('joining', () => {
  test('shows the terms and what would be shared, and sends nothing without consent', async () => {
    const { exit, stdout, stderr } = await join_()
    expect(exit).toBe(2)
    expect(stderr).toContain('Add --yes')
    expect(stdout).toContain('Test hub at http://127.0.0.1')
    expect(stdout).toContain('Every 60 min this router sends it')
    expect(stdout).toContain('with noise added to every figure')
    expect(stdout).toContain('per public model and kind of work, how many answers were judged or checked')
    expect(stdout).toContain('it lists which of the public models below it offers, used or not')
    expect(stdout).toContain('at least 5 enrolments')
    expect(stdout).toMatch(
      /Would be shared\n {2}openai\/gpt-4o-mini as openai\/gpt-4o-mini\n {2}openai\/\* as openai\/\*: what .*\nWould never be shared\n {2}sandbox\/fast /,
    )
    expect(hub.requests).toEqual(['GET /v1/hub'])
  })

  test('says nothing of quality that stays at home', async () => {
    await writeFile(file, `${CONFIG}federation: { quality: false }\n`)
    expect((await join_()).stdout).not.toContain('judged')
  })

  test('with the answer as JSON; the key is on disk alone', async () => {
    const { stdout } = await join_('--yes', '--json', '--continent', 'EU')
    const [member] = hub.members
    expect(JSON.parse(stdout)).toEqual({
      joined: true,
      already: false,
      hub: hub.url,
      member,
      epoch_seconds: 3600,
      k: 5,
    })
    const { private_key, continent } = JSON.parse(
      readFileSync(join(directory, '.router/federation/member.json'), 'utf8'),
    )
    expect(continent).toBe('EU')
    expect(stdout).not.toContain(private_key.split('\n')[1])
  })

  test.each([
    [
      'a hub that agrees to something else',
      'POST /v1/members',
      { member: 'x', k: 2, epoch_seconds: 1 },
      /agreed to something else/,
    ],
    [
      'a hub with k 1',
      'GET /v1/hub',
      { v: '1.0', name: 'x', epoch_seconds: 3600, k: 1, time: 1 },
      /makes no sense|cells of 1/,
    ],
    [
      'a hub with an epoch of a second',
      'GET /v1/hub',
      { v: '1.0', name: 'x', epoch_seconds: 1, k: 5, time: 1 },
      /each 1 s/,
    ],
  ])('is refused with %s', async (_, route, answer, reason) => {
    hub.behave(
      route,
      (_request, response) =>
        void response.end(
          JSON.stringify({ key: hub.key.publicKey, ...answer, ...(route.startsWith('POST') && { key: undefined }) }),
        ),
    )
    const { exit, stderr } = await join_('--yes')
    expect(exit).toBe(6)
    expect(stderr).toMatch(reason)
    expect((await runCommand(Status, '-c', file, '--offline')).exit).toBe(2)
  })
})

describe('beside the router', () => {
  test('status says what is known here and at the hub, and what is not', async () => {
    await join_('--yes')
    const { stdout } = await runCommand(Status, '-c', file)
    expect(stdout).toMatch(/Test hub at .*, no running router is at work for it/)
    expect(stdout).toMatch(/trust +50\.0%, active/)
    expect(stdout).toMatch(/reports +none taken yet/)
    expect(stdout).toMatch(/map +none yet/)
    hub.behave('GET /v1/members/me', (_, response) => void response.writeHead(500).end())
    expect((await runCommand(Status, '-c', file)).stdout).toMatch(/hub +The hub .* answers 500/)
    hub.info = { ...hub.info, k: 2 }
    expect((await runCommand(Status, '-c', file)).stdout).toMatch(/at least 5 were agreed/)
  })

  test('preview has nothing to show at first, and says what is private', async () => {
    await join_('--yes')
    const first = (await runCommand(Preview, '-c', file)).stdout
    expect(first).toContain('would send nothing')
    expect(first).toContain('As soon as the router runs, it lists which public models it offers')
    const { stdout, stderr } = await runCommand(Preview, '-c', file, '--raw')
    expect(stdout).toBe('')
    expect(stderr).toContain('nothing to send')
    expect(JSON.parse((await runCommand(Preview, '-c', file, '--json')).stdout)).toMatchObject({
      share: true,
      document: null,
      report: null,
    })
  })

  test('beliefs come from the map where there are no outcomes', async () => {
    await join_('--yes')
    const epoch = Math.floor(Date.now() / 3_600_000) - 1
    const figure = { mean: Math.log(321), tau2: 0.1, sigma2: 0.8 }
    hub.publish({
      epoch,
      cells: [cellOf({ as_of: epoch, model: 'gpt-4o-mini', class: 'chat.lt1k.plain', ttft: figure })],
    })
    await writeFile(join(directory, '.router/federation/map'), hub.map!)
    const { stdout } = await runCommand(Stats, '-c', file, '--beliefs')
    expect(stdout).toMatch(/openai\/gpt-4o-mini +chat\.lt1k\.plain +321 ms .* map/)
  })

  test('check warns of a hub that was not joined, and of another one', async () => {
    await writeFile(file, `${CONFIG}federation: { hub: "https://hub.example" }\n`)
    expect((await runCommand(Check, '-c', file)).stdout).toContain('This router has not joined the hub.')
    await writeFile(file, CONFIG)
    await join_('--yes')
    await writeFile(file, `${CONFIG}federation: { hub: "https://hub.example" }\n`)
    expect((await runCommand(Check, '-c', file)).stdout).toContain('has joined another hub')
    expect((await runCommand(Status, '-c', file, '--offline')).stdout).toContain(
      'stopped: the configuration names another hub',
    )
  })
})

describe('leaving', () => {
  test('asks the hub to forget with a signed request, and removes everything', async () => {
    await join_('--yes')
    let authorization = ''
    hub.behave('DELETE /v1/members/me', (request, response) => {
      authorization = String(request.headers.authorization)
      response.writeHead(204).end()
    })
    const [member] = hub.members
    expect((await runCommand(Leave, '-c', file)).exit).toBe(0)
    const sealed = unseal(Buffer.from(authorization.replace('Signed ', ''), 'base64url'))
    expect(fingerprint(sealed.key)).toBe(member)
    expect(verifySealed('request', sealed)).toMatchObject({ method: 'DELETE', path: '/v1/members/me' })
    expect((await runCommand(Leave, '-c', file)).stderr).toContain('ROUTER_FEDERATION_NOT_JOINED')
  })

  test('by force also from a membership that cannot be read', async () => {
    await mkdir(join(directory, '.router/federation'), { recursive: true })
    await writeFile(join(directory, '.router/federation/member.json'), 'noise')
    expect(await runCommand(Leave, '-c', file)).toMatchObject({
      exit: 5,
      stderr: expect.stringContaining('it is not JSON'),
    })
    expect((await runCommand(Leave, '-c', file, '--force')).exit).toBe(0)
    expect((await runCommand(Status, '-c', file, '--offline')).exit).toBe(2)
  })
})
