import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isMainThread } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { findConfig, makeStateDirectory, stateDirectory } from '../../../src/config/find.ts'
import { checkText } from '../../../src/config/load.ts'
import { MINIMAL } from './support.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'config-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

describe('findConfig', () => {
  test('nothing is zero-config', () => expect(findConfig({ env: {}, directory })).toBeUndefined())

  test('the flag goes before the variable, the variable before the folder, yaml before yml', () => {
    writeFileSync(join(directory, 'config.yml'), '')
    expect(findConfig({ env: {}, directory })).toBe(join(directory, 'config.yml'))
    writeFileSync(join(directory, 'config.yaml'), '')
    expect(findConfig({ env: {}, directory })).toBe(join(directory, 'config.yaml'))
    expect(findConfig({ env: { ROUTER_CONFIG: '' }, directory })).toBe(join(directory, 'config.yaml'))
    expect(findConfig({ env: { ROUTER_CONFIG: 'sub/a.yaml' }, directory })).toBe(join(directory, 'sub/a.yaml'))
    expect(findConfig({ flag: '/b.yaml', env: { ROUTER_CONFIG: 'a.yaml' }, directory })).toBe('/b.yaml')
  })
})

describe('the state folder', () => {
  const config = () => checkText(MINIMAL, { directory }, {}).config!

  test('is beside the config file and private', () => {
    expect(stateDirectory(config())).toBe(join(directory, '.router'))
    expect(makeStateDirectory(config())).toBe(join(directory, '.router'))
    expect(statSync(join(directory, '.router')).mode & 0o777).toBe(0o700)
    makeStateDirectory(config())
  })

  test.each([0o777, 0o770, 0o702])(
    'is closed to others when they may write to it (mode %o), with a warning',
    (mode) => {
      const path = join(directory, '.router')
      mkdirSync(path)
      chmodSync(path, mode)
      const warn = vi.fn()
      makeStateDirectory(config(), { warn })
      expect(statSync(path).mode & 0o777).toBe(0o700)
      expect(warn).toHaveBeenCalledExactlyOnceWith({ path, mode: mode.toString(8) }, expect.stringContaining('closed'))
    },
  )

  test.runIf(isMainThread && process.getuid?.() === 0)(
    'of somebody else that others may write to is refused, or warned of when it is of root',
    () => {
      const path = join(directory, '.router')
      mkdirSync(path)
      chmodSync(path, 0o777)
      chmodSync(directory, 0o755)
      const warn = vi.fn()
      const nobody = 65_534
      try {
        process.seteuid!(nobody)
        makeStateDirectory(config(), { warn })
        process.seteuid!(0)
        chownSync(path, 1, 1)
        process.seteuid!(nobody)
        expect(() => makeStateDirectory(config(), { warn })).toThrow(
          expect.objectContaining({ code: 'ROUTER_STATE_EXPOSED', exit: 5 }),
        )
      } finally {
        process.seteuid!(0)
      }
      expect(warn).toHaveBeenCalledExactlyOnceWith({ path, mode: '777' }, expect.stringContaining('belongs to root'))
    },
  )

  test('may be readable by others, as somebody wanted it', () => {
    const path = join(directory, '.router')
    mkdirSync(path)
    chmodSync(path, 0o755)
    makeStateDirectory(config())
    expect(statSync(path).mode & 0o777).toBe(0o755)
  })

  test('says why it cannot be made', () => {
    writeFileSync(join(directory, '.router'), '')
    expect(() => makeStateDirectory(config())).toThrow(expect.objectContaining({ code: 'ROUTER_STATE_UNWRITABLE' }))
  })
})
