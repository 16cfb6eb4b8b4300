/** The command line as a process: what is printed is printed whole, and words are understood as people mean them. */
import { execFile } from 'node:child_process'
import { access, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { removeDirectory, temporaryDirectory } from '../helpers/directory.ts'
import { send } from '../helpers/http.ts'
import { runRouter, startRouter } from '../helpers/router.ts'

const ENTRY = fileURLToPath(new URL('../../bin/dev.js', import.meta.url))
let directory: string
beforeAll(async () => {
  directory = await temporaryDirectory()
})
afterAll(() => removeDirectory(directory))

it('a failing check is whole for a reader that takes its time', async () => {
  const wrong = Array.from({ length: 1_000 }, (_, i) => `  model-${i}: { endpoints: [nobody/of-this-name-${i}] }`)
  const file = join(directory, 'wrong.yaml')
  await writeFile(file, ['providers: { sandbox: {} }', 'models:', ...wrong].join('\n'))
  // A pipe of the shell: the ones that Node makes hold more.
  const pipe = '"$0" -C source "$1" check --json -c "$2" | { sleep 1; cat; }'
  const { stdout } = await promisify(execFile)('sh', ['-c', pipe, process.execPath, ENTRY, file], {
    maxBuffer: 64 * 1024 ** 2,
  })
  expect(stdout.length).toBeGreaterThan(100_000)
  expect(JSON.parse(stdout)).toMatchObject({ valid: false, problems: expect.any(Array) })
})

it.each([
  [['help', 'serve'], 0, /Start the router\.[\s\S]*--port/],
  [['version'], 0, /^commonroute\/\d/],
  [
    ['serve', 'config.yaml'],
    2,
    /router serve takes no argument[\s\S]*Did\s[^a-z]*you mean router serve -c[\s\S]*config\.yaml/,
  ],
  [['models', 'nosuch', '-c', 'demo.yaml'], 2, /router models takes no argument, and "nosuch" was given/],
])('router %j', async (args, exit, text) => {
  const { code, stdout, stderr } = await runRouter(args, directory)
  expect(`${stdout}${stderr}`).toMatch(text)
  expect(code).toBe(exit)
})

it('writes nothing when nothing is kept', async () => {
  const router = await startRouter({
    config: {
      providers: { sandbox: {} },
      models: { m: { endpoints: ['sandbox/fast'] } },
      stats: { store: 'memory' },
      log: { outcomes: false },
    },
  })
  try {
    const messages = [{ role: 'user', content: 'Hello!' }]
    expect(await send(`${router.url}/v1/chat/completions`, { body: { model: 'm', messages } })).toMatchObject({
      status: 200,
    })
    await expect(access(router.stateDirectory)).rejects.toMatchObject({ code: 'ENOENT' })
  } finally {
    await router.stop()
  }
})
