import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import HubBackup from '../../../src/commands/hub/backup.ts'
import HubInvite from '../../../src/commands/hub/invite.ts'
import HubInvites from '../../../src/commands/hub/invites.ts'
import HubMembersList from '../../../src/commands/hub/members/list.ts'
import HubMembersResume from '../../../src/commands/hub/members/resume.ts'
import HubMembersSuspend from '../../../src/commands/hub/members/suspend.ts'
import HubMembersTrust from '../../../src/commands/hub/members/trust.ts'
import HubRestore from '../../../src/commands/hub/restore.ts'
import HubServe from '../../../src/commands/hub/serve.ts'
import { generateSigningKey } from '../../../src/federation/protocol/keys.ts'
import { seal } from '../../../src/federation/protocol/signed.ts'
import { Hub } from '../../../src/hub/hub.ts'
import { removeDirectory, temporaryDirectory } from '../../helpers/directory.ts'
import { send } from '../../helpers/http.ts'
import { enrolment } from '../../helpers/hub-process.ts'
import { SIGNED_TYPE } from '../../helpers/hub-server.ts'
import { runCommand } from './run-command.ts'

describe('router hub, beside a running hub', () => {
  let root: string
  let directory: string
  let hub: Hub
  let url: string
  beforeAll(async () => {
    root = await temporaryDirectory()
    directory = join(root, 'hub')
    hub = await Hub.create({ directory, settings: { k: 3 }, log: pino({ level: 'silent' }) })
    url = await hub.listen('127.0.0.1', 0)
  })
  afterAll(async () => {
    await hub?.close()
    await removeDirectory(root)
  })
  const run = (command: unknown, ...argv: string[]) => runCommand(command, '--directory', directory, ...argv)
  const json = (text: string) => JSON.parse(text)

  it('invites: commands to paste, listed, revoked', async () => {
    const invited = await run(HubInvite, '--count', '2', '--expires', '30d', '--note', 'ACME', '--vouched')
    expect(invited.exit).toBe(0)
    const lines = invited.stdout.split('\n')
    expect(lines).toHaveLength(2)
    expect(lines[0]).toMatch(new RegExp(`^router federation join ${url} --invite cr1\\.[\\w-]{22}\\.[\\w-]{22}$`))
    const listed = json((await run(HubInvites, '--json')).stdout).invites
    expect(listed).toMatchObject([{ note: 'ACME', vouched: true, uses_left: 1 }, { note: 'ACME' }])
    const revoked = await run(HubInvites, '--revoke', listed[0].id)
    expect(revoked.stdout).toMatch(/used up/)
    expect(revoked.stdout).toMatch(/good for 30 d/)
    expect(await run(HubInvites, '--revoke', 'ffffffffff')).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('ROUTER_HUB_NO_INVITE'),
    })
    expect(await run(HubInvite, '--expires', 'soon')).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('--expires soon is no duration'),
    })
  })

  it('looks after members', async () => {
    expect((await run(HubMembersList)).stdout).toContain('Nobody has joined yet')
    const [code] = json((await run(HubInvite, '--json', '--note', 'Ada\u001b[31m')).stdout).invites
    const key = generateSigningKey()
    const joined = await send(`${url}/v1/members`, {
      headers: { 'content-type': SIGNED_TYPE },
      body: seal(enrolment(code), key),
    })
    const { member } = joined.json as { member: string }
    expect((await run(HubMembersTrust, member, '1')).stdout).toContain('trust is 1')
    expect((await run(HubMembersSuspend, '--', member)).exit).toBe(0)
    const list = await run(HubMembersList)
    expect(list.stdout).toMatch(new RegExp(`${member}\\s+suspended\\s+1\\.00 \\(set\\)`))
    expect(list.stdout).not.toContain('\u001b')
    expect((await run(HubMembersResume, '--', member)).exit).toBe(0)
    expect((await run(HubMembersTrust, '--', member, 'auto')).exit).toBe(0)
    expect(json((await run(HubMembersList, '--json')).stdout).members).toMatchObject([
      { id: member, status: 'active', trust_set: null },
    ])
    const dashed = await run(HubMembersTrust, '-WxH0b3cT9mJt5u2Kd8Lqg', '0')
    expect(dashed.stderr).toContain('-WxH0b3cT9mJt5u2Kd8Lqg')
    expect(dashed.stderr).not.toContain('flag')
    for (const trust of ['2', '-1', 'much']) expect((await run(HubMembersTrust, '--', member, trust)).exit).toBe(2)
    expect(await run(HubMembersSuspend, 'nobody')).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('ROUTER_HUB_NO_MEMBER'),
    })
  })

  it('backs up, and restores elsewhere, once', async () => {
    const file = join(root, 'hub.backup')
    expect((await run(HubBackup, file)).stdout).toContain('settings')
    const elsewhere = join(root, 'elsewhere')
    expect((await runCommand(HubRestore, file, '--directory', elsewhere)).stdout).toContain('Restored')
    expect(await runCommand(HubRestore, file, '--directory', elsewhere)).toMatchObject({
      exit: 5,
      stderr: expect.stringContaining('--force'),
    })
    expect(await run(HubRestore, file, '--force')).toMatchObject({
      exit: 5,
      stderr: expect.stringContaining('in use by process'),
    })
  })

  it('does not start a second hub there, nor with terms that make no sense', async () => {
    expect(await run(HubServe, '--port', '0')).toMatchObject({
      exit: 5,
      stderr: expect.stringContaining('in use by process'),
    })
    expect(await run(HubServe, '--epoch', 'often')).toMatchObject({ exit: 2 })
    expect(await run(HubServe, '--public-url', 'hub.example')).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('no URL'),
    })
  })
})

describe('router hub', () => {
  it('says so where there is none', async () => {
    expect(await runCommand(HubMembersList, '--directory', '/nonexistent')).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('ROUTER_HUB_NO_HUB'),
    })
  })

  it('never prints the password of a database', async () => {
    for (const url of [
      'postgres://hub:s3cr3t-pass@127.0.0.1:9/hub',
      'postgres://hub:s3cr3t-pass@127.0.0.1:none/hub',
      's3cr3t-pass',
    ]) {
      const { exit, stdout, stderr } = await runCommand(HubMembersList, '--database', url, '--json')
      expect(exit).toBe(5)
      expect(stderr).toContain('ROUTER_HUB_DATABASE')
      expect(stdout + stderr).not.toContain('s3cr3t-pass')
    }
  })
})
