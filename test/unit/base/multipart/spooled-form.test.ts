import { type FileHandle, open } from 'node:fs/promises'
import { afterEach, expect, test, vi } from 'vitest'
import { Form } from '../../../../src/base/multipart/form.ts'
import { bytesOf, FileBytes, type FormBytes } from '../../../../src/base/multipart/form-bytes.ts'
import { Places } from '../../../../src/base/multipart/places.ts'
import { SpooledFile } from '../../../../src/base/multipart/spooled-file.ts'

/** As large as what is looked through at once. */
const WINDOW = 256 * 1024
const TYPE = 'multipart/form-data; boundary=XX'
const DELIMITER = '\r\n--XX'

let file: SpooledFile | undefined
afterEach(async () => {
  await file?.close()
  file = undefined
})

async function spooled(raw: Buffer, sought = DELIMITER): Promise<FileBytes> {
  await file?.close()
  file = await SpooledFile.open(Buffer.from(sought))
  for (let at = 0; at < raw.length; at += 60_000) await file.append(raw.subarray(at, at + 60_000))
  return new FileBytes(file)
}

/** A form whose file ends at that place. */
function formTo(place: number, tail = ''): Buffer {
  const head = '--XX\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n'
  const sound = Buffer.alloc(place - head.length, '\r\n--X\r')
  const end = `${DELIMITER}${tail}\r\nContent-Disposition: form-data; name="model"\r\n\r\nvoice${DELIMITER}--\r\n`
  return Buffer.concat([Buffer.from(head), sound, Buffer.from(end)])
}

const EDITS = { set: { model: 'upstream/voice', language: 'de' }, remove: [] }

async function later(pieces: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of pieces) chunks.push(chunk)
  return Buffer.concat(chunks)
}

const seen = (form: Form) => ({
  fields: form.fields,
  textBytes: form.textBytes,
  files: form.files('file').map(({ bytes, ...rest }) => ({ ...rest, bytes: bytesOf(bytes).toString('latin1') })),
})

test.each([-9, -8, -7, -6, -5, -4, -3, -2, -1, 0, 1, 2])(
  'a form in a file is what it is in memory, with a boundary %i bytes from the end of a window',
  async (off) => {
    const raw = formTo(WINDOW + off)
    const [inFile, inMemory] = [new Form(await spooled(raw), TYPE), new Form(raw, TYPE)]
    expect(seen(inFile)).toEqual(seen(inMemory))
    const wanted = inMemory.edited(EDITS).toBuffer()
    const pieces = inFile.edited(EDITS)
    for (let round = 0; round < 2; round++) {
      expect(Buffer.concat([...pieces]).equals(wanted)).toBe(true)
      expect((await later(pieces)).equals(wanted)).toBe(true)
    }
    expect(pieces.length).toBe(wanted.length)
    // Not found as it came.
    expect(seen(new Form(await spooled(raw, 'another'), TYPE))).toEqual(seen(inMemory))
  },
)

test.each([1, 2, 3, 7, 100])('a boundary is found as it comes, in pieces of %i bytes', async (size) => {
  const raw = Buffer.from(`--XX${DELIMITER}\r\n--X${DELIMITER}--${DELIMITER}`)
  const places = new Places(Buffer.from(DELIMITER))
  for (let at = 0; at < raw.length; at += size) places.add(raw.subarray(at, at + size))
  for (let from = 0; from <= raw.length; from++)
    expect(places.after(Buffer.from(DELIMITER), from)).toBe(raw.indexOf(DELIMITER, from))
})

test('a boundary that is in a file more often than parts may be is found all the same', async () => {
  const raw = Buffer.concat([
    formTo(1000).subarray(0, 1000),
    Buffer.alloc(70_000, `${DELIMITER}y`),
    formTo(1000).subarray(1000),
  ])
  expect(seen(new Form(await spooled(raw), TYPE))).toEqual(seen(new Form(raw, TYPE)))
})

test('a boundary may be followed by more white space than a window holds', async () => {
  const raw = formTo(1000, ' '.repeat(2 * WINDOW))
  expect(seen(new Form(await spooled(raw), TYPE))).toEqual(seen(new Form(raw, TYPE)))
})

test.each([
  ['no end', formTo(3 * WINDOW).subarray(0, -20)],
  ['another boundary', Buffer.alloc(2 * WINDOW, '--YY\r\n')],
])('a form in a file with %s is refused as it is in memory', async (_, raw) => {
  const bytes = await spooled(raw)
  const reason = (given: FormBytes) => {
    try {
      return new Form(given, TYPE)
    } catch (error) {
      return (error as Error).message
    }
  }
  expect(reason(bytes)).toBe(reason(raw))
  expect(reason(bytes)).toBeTypeOf('string')
})

test('what is in the file cannot be read without its key', async () => {
  const written: Buffer[] = []
  const disk = await open('/dev/null', 'w')
  const prototype = Object.getPrototypeOf(disk) as FileHandle
  const write = vi.spyOn(prototype, 'write').mockImplementation((async (bytes: Buffer) => {
    written.push(Buffer.from(bytes))
    return { bytesWritten: bytes.length }
  }) as never)
  await spooled(formTo(100_000))
  write.mockRestore()
  await disk.close()
  const all = Buffer.concat(written)
  expect(all.length).toBeGreaterThan(100_000)
  expect(all.includes('voice')).toBe(false)
  expect(all.includes('--XX')).toBe(false)
})

test('after it was closed a file gives nothing', async () => {
  const bytes = await spooled(formTo(1000))
  await file!.close()
  expect(() => bytesOf(bytes)).toThrow()
  await expect(bytes.readLater(0, 10)).rejects.toThrow()
})
