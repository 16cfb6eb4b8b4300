import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { RouterError } from '../../../src/base/errors.ts'
import { checkConfig, loadConfig } from '../../../src/config/load.ts'
import { MINIMAL } from './support.ts'

let directory: string
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'config-'))
})
afterAll(() => rmSync(directory, { recursive: true }))

function write(name: string, content: string | Buffer): string {
  const path = join(directory, name)
  writeFileSync(path, content)
  return path
}

function failure(path: string): RouterError {
  try {
    loadConfig(path, {})
  } catch (error) {
    if (error instanceof RouterError) return error
    throw error
  }
  throw new Error('It was loaded.')
}

describe('loadConfig', () => {
  test('knows where the file is, also from a relative path', () => {
    const path = write('good.yaml', MINIMAL)
    expect(loadConfig(relative(process.cwd(), path), {}).source).toEqual({ path, directory })
  })

  test('shows a file in the working directory by its short name, others in full', () => {
    const [problem] = checkConfig('config.example.yaml', {}).problems
    expect(problem?.file).toBe('config.example.yaml')
    const path = write('elsewhere.yaml', 'x: 1')
    expect(checkConfig(relative(process.cwd(), path), {}).problems[0]?.file).toBe(path)
  })

  test('takes the environment of the process unless told otherwise', () => {
    const path = write('env.yaml', `providers: { a: { path: "$\{PATH}" } }`)
    expect(loadConfig(path).providers.get('a')?.options.path).toBe(process.env.PATH)
    expect(checkConfig(path, {}).problems).toHaveLength(1)
  })

  test('lists every problem with its place', () => {
    const path = write('bad.yaml', `${MINIMAL}server: { prot: 1, port: x }\n`)
    const error = failure(path)
    expect(error).toMatchObject({ code: 'ROUTER_CONFIG_INVALID', exit: 3 })
    expect(error.message.split('\n')).toEqual([
      'The configuration has 2 problems:',
      `${path}:3:11  server.prot  This key is not known. Did you mean "port"?`,
      `${path}:3:26  server.port  This must be a whole number from 0 to 65535 (got "x").`,
    ])
    expect(failure(write('one.yaml', 'providers: []')).message).toContain('The configuration has 1 problem:')
  })

  test('checkConfig gives the same without throwing', () => {
    const { problems, config } = checkConfig(write('bad2.yaml', `${MINIMAL}x: 1\n`), {})
    expect(problems).toHaveLength(1)
    expect(config).toBeUndefined()
  })

  test.each([
    ['nowhere.yaml', 'ROUTER_CONFIG_NOT_FOUND'],
    ['good.yaml/below', 'ROUTER_CONFIG_NOT_FOUND'],
  ])('%s: %s', (name, code) => expect(failure(join(directory, name)).code).toBe(code))

  test('a folder, a huge file and bytes that are no text cannot be read', () => {
    mkdirSync(join(directory, 'folder'))
    const unreadable = (path: string, reason: string) => {
      expect(failure(path)).toMatchObject({ code: 'ROUTER_CONFIG_UNREADABLE' })
      expect(failure(path).message).toContain(reason)
    }
    unreadable(join(directory, 'folder'), 'it is a folder')
    unreadable(write('huge.yaml', Buffer.alloc(1024 ** 2 + 1, '#')), 'it is larger than 1 MB')
    unreadable(write('binary.yaml', Buffer.from([0x61, 0x3a, 0x20, 0xff, 0xfe])), 'it is not UTF-8 text')
  })
})
