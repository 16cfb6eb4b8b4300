/** The read side as files: kept by a running hub, and written once by a command, beside it and without it. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkHubInfo } from '../../../src/federation/protocol/validate.ts'
import { removeDirectory, temporaryDirectory } from '../../helpers/directory.ts'
import { startHubProcess } from '../../helpers/hub-process.ts'
import { runRouter } from '../../helpers/router.ts'

test('a hub keeps its files, and a command writes them', async ({ onTestFinished }) => {
  const directory = await temporaryDirectory()
  onTestFinished(() => removeDirectory(directory))
  const about = ['--operator', 'ACME', '--contact', 'hub@acme.example', '--mirror', 'https://a.example']
  const hub = await startHubProcess(directory, ['--publish', 'live', ...about])
  const at = (...path: string[]) => join(directory, ...path)
  const info = checkHubInfo(JSON.parse(readFileSync(at('live/v1/hub'), 'utf8')))
  expect(info).toMatchObject({ operator: 'ACME', contact: 'hub@acme.example', mirrors: ['https://a.example'] })
  expect(['v1/incidents', 'terms.txt', 'robots.txt'].map((name) => existsSync(at('live', name)))).toEqual([
    true,
    true,
    true,
  ])
  const beside = await runRouter(['hub', 'publish', '--dir', 'once'], directory)
  expect(beside).toMatchObject({ code: 0, stdout: expect.stringMatching(/once: \d+ files, \d+ written, 0 removed/) })
  expect(existsSync(at('once/v1/incidents'))).toBe(false)
  expect(await hub.stop()).toBe(0)
  const without = await runRouter(['hub', 'publish', '--dir', 'once', '--json'], directory)
  expect(JSON.parse(without.stdout)).toMatchObject({ directory: at('once'), removed: 0 })
  const nowhere = await runRouter(['hub', 'publish', '--dir', 'once/robots.txt'], directory)
  expect(nowhere).toMatchObject({ code: 5, stderr: expect.stringContaining('cannot be published') })

  // What was said is remembered, and taken back by an empty text.
  const again = await startHubProcess(directory, ['--contact', '', '--licence', 'CC-BY-4.0', '--mirror', ''])
  const now = checkHubInfo(await (await fetch(`${again.url}/v1/hub`)).json())
  expect(now).toMatchObject({ operator: 'ACME', licence: 'CC-BY-4.0', mirrors: [] })
  expect(now.contact).toBeUndefined()
  expect(await again.stop()).toBe(0)
  const wrong = await runRouter(['hub', 'serve', '--terms', 'nowhere.txt'], directory)
  expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('no file that can be read') })
})
