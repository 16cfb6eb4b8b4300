/** What an upload of 25 MB costs in memory, whatever becomes of it: it lies in a file. Linux only: it reads /proc. */
import { readFile, writeFile } from 'node:fs/promises'
import { Agent, request as httpRequest } from 'node:http'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Router, startRouter } from '../helpers/router.ts'
import { startSink, type UploadSink } from '../helpers/upload-sink.ts'

const MB = 1024 * 1024
const FILE = Buffer.alloc(25 * MB, 'a')
const AT_ONCE = 4
/** Of each. */
const ALLOWED = 10 * MB

let upstream: UploadSink
let router: Router
beforeEach(async () => {
  upstream = await startSink()
  router = await startRouter({
    config: {
      providers: { main: { plugin: 'openai', base_url: upstream.url, api_key: 'sk-upstream' } },
      models: { voice: { endpoints: ['main/broken', 'main/good'] } },
      routing: { strategy: 'priority' },
    },
  })
})
afterEach(async () => {
  await router?.stop()
  await upstream?.close()
})

const HEAD = '--XX\r\nContent-Disposition: form-data; name="model"\r\n\r\nvoice\r\n'
const FILE_HEAD = '--XX\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n'
const END = '\r\n--XX--\r\n'

/** Sends the form, announced or in chunks. */
function upload(file: Buffer, isAnnounced: boolean): Promise<number> {
  const length = HEAD.length + FILE_HEAD.length + file.length + END.length
  const headers = {
    'content-type': 'multipart/form-data; boundary=XX',
    ...(isAnnounced ? { 'content-length': length } : { 'transfer-encoding': 'chunked' }),
  }
  return new Promise((resolve, reject) => {
    const agent = new Agent({ keepAlive: false })
    const outgoing = httpRequest(`${router.url}/v1/audio/transcriptions`, { method: 'POST', headers, agent })
    outgoing.on('error', reject).on('response', (incoming) => {
      incoming.resume().on('end', () => resolve(incoming.statusCode!))
    })
    outgoing.write(HEAD + FILE_HEAD)
    outgoing.write(file)
    outgoing.end(END)
  })
}

/** Resident memory now, and the most since it was last forgotten. */
async function resident(): Promise<{ now: number; peak: number }> {
  const status = await readFile(`/proc/${router.pid}/status`, 'utf8')
  const kilobytes = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) * 1024
  return { now: kilobytes('VmRSS'), peak: kilobytes('VmHWM') }
}

it.each([
  ['announced', true],
  ['in chunks', false],
])('an upload of 25 MB, %s, that is sent twice adds less than 10 MB', async (_, isAnnounced) => {
  for (let n = 0; n < 5; n++) await upload(FILE.subarray(0, MB), isAnnounced)
  await writeFile(`/proc/${router.pid}/clear_refs`, '5')
  const before = await resident()
  const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => upload(FILE, isAnnounced)))
  expect(answers).toEqual(Array.from({ length: AT_ONCE }, () => 200))
  const after = await resident()
  expect((after.peak - before.now) / AT_ONCE).toBeLessThan(ALLOWED)
})
