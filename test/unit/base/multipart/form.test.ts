import { describe, expect, test } from 'vitest'
import { RouterError } from '../../../../src/base/errors.ts'
import { Form } from '../../../../src/base/multipart/form.ts'
import { bytesOf } from '../../../../src/base/multipart/form-bytes.ts'

const NO_EDITS = { set: {}, remove: [] }

/** A form as Node's own client writes it, and its content type. */
async function formOf(entries: readonly (readonly [string, string | File])[]): Promise<[Buffer, string]> {
  const data = new FormData()
  for (const [name, value] of entries) data.append(name, value)
  const response = new Response(data)
  return [Buffer.from(await response.arrayBuffer()), response.headers.get('content-type')!]
}

const lines = (...text: string[]) => Buffer.from(text.join('\r\n'))
const TYPE = 'multipart/form-data; boundary=XX'

const audio = new File([new Uint8Array([0, 13, 10, 45, 45, 255, 13, 10])], 'a "b".mp3', { type: 'audio/mpeg' })

describe('a form', () => {
  test('has its fields and files, which are views of its bytes', async () => {
    const [raw, type] = await formOf([
      ['file', audio],
      ['model', 'whisper-1'],
      ['timestamp_granularities[]', 'word'],
      ['timestamp_granularities[]', 'segment'],
      ['provider[only][]', 'a'],
      ['provider[sort]', 'price'],
      ['prompt', 'Zürich\r\n--no'],
    ])
    const form = new Form(raw, type)
    expect(form.fields).toEqual({
      model: 'whisper-1',
      timestamp_granularities: ['word', 'segment'],
      provider: { only: ['a'], sort: 'price' },
      prompt: 'Zürich\r\n--no',
    })
    const [file] = form.files('file')
    expect(file).toMatchObject({ filename: 'a "b".mp3', contentType: 'audio/mpeg' })
    expect(bytesOf(file!.bytes).buffer).toBe(raw.buffer)
    expect([...bytesOf(file!.bytes)]).toEqual([0, 13, 10, 45, 45, 255, 13, 10])
  })

  test('goes on with another model and every other byte its own, as often as need be', async () => {
    const [raw, type] = await formOf([
      ['file', audio],
      ['model', 'whisper-1'],
      ['language', 'de'],
    ])
    const form = new Form(raw, type)
    const edits = { set: { model: 'openai/whisper-large-v3-turbo' }, remove: ['provider'] }
    const expected = raw.toString('latin1').replace('whisper-1', 'openai/whisper-large-v3-turbo')
    const pieces = form.edited(edits)
    for (let round = 0; round < 2; round++) {
      expect(Buffer.concat([...pieces]).toString('latin1')).toBe(expected)
      expect(pieces.length).toBe(expected.length)
    }
    expect(form.edited(NO_EDITS).toBuffer().equals(raw)).toBe(true)
  })

  test('loses whole roots, first, in the midst or last, and gains what it lacks', async () => {
    const [raw, type] = await formOf([
      ['provider[only][]', 'a'],
      ['file', audio],
      ['models[]', 'b'],
      ['language', 'de'],
      ['provider[sort]', 'price'],
    ])
    const edited = new Form(raw, type).edited({ set: { model: 'm' }, remove: ['provider', 'models'] })
    const again = await new Response(new Uint8Array(edited.toBuffer()), {
      headers: { 'content-type': type },
    }).formData()
    expect([...again.keys()]).toEqual(['model', 'file', 'language'])
    expect(again.get('model')).toBe('m')
    expect(Buffer.from(await (again.get('file') as File).arrayBuffer())).toEqual(Buffer.from(await audio.arrayBuffer()))
  })

  test('is handed out in slices that a socket need not copy whole', async () => {
    const [raw, type] = await formOf([['file', new File([Buffer.alloc(300_000, 7)], 'x.wav')]])
    const sizes = [...new Form(raw, type).edited(NO_EDITS)].map(({ length }) => length)
    expect(Math.max(...sizes)).toBe(64 * 1024)
  })

  test('may have a preamble, an epilogue, a quoted boundary, an empty field, and its boundary inside a file', () => {
    const raw = lines(
      'before',
      '--a b',
      'content-disposition: form-data; name=empty',
      '',
      '',
      '--a b ',
      'Content-Disposition: form-data; name="file"; filename*=UTF-8\'\'%c3%a4.wav',
      '',
      'one',
      '--a bc two',
      '--a b--',
      'after',
    )
    const form = new Form(raw, 'multipart/form-data; charset=utf-8; boundary="a b"')
    expect(form.fields).toEqual({ empty: '' })
    expect(bytesOf(form.files('file')[0]!.bytes).toString()).toBe('one\r\n--a bc two')
    expect(
      form
        .edited({ set: { empty: 'x' }, remove: [] })
        .toBuffer()
        .toString(),
    ).toBe(raw.toString().replace('name=empty\r\n\r\n', 'name=empty\r\n\r\nx'))
  })

  test('never reaches an object’s prototype', async () => {
    const [raw, type] = await formOf([
      ['__proto__[polluted]', 'yes'],
      ['a[__proto__][polluted]', 'yes'],
      ['constructor[prototype][polluted]', 'yes'],
    ])
    const { fields } = new Form(raw, type)
    expect(({} as { polluted?: string }).polluted).toBeUndefined()
    expect(Object.keys(fields)).toEqual(['constructor'])
  })
})

const PART = ['--XX', 'Content-Disposition: form-data; name="model"', '', 'm']
const many = Array.from({ length: 257 }, () => PART).flat()

test.each([
  ['no boundary', lines(...PART, '--XX--'), 'multipart/form-data', 'names no boundary'],
  ['a long boundary', lines(...PART, '--XX--'), `${TYPE}${'X'.repeat(80)}`, 'longer than 70'],
  ['another boundary', lines(...PART, '--XX--'), 'multipart/form-data; boundary=YY', 'does not occur'],
  ['nothing', Buffer.alloc(0), TYPE, 'does not occur'],
  ['no end', lines(...PART), TYPE, 'part 1 has no end'],
  ['a cut head', lines('--XX', 'Content-Disposition: form-data'), TYPE, 'no end of its headers'],
  ['a long head', lines('--XX', `X: ${'y'.repeat(9000)}`, '', 'z', '--XX--'), TYPE, 'within 8192 bytes'],
  ['no name', lines('--XX', 'Content-Disposition: form-data', '', 'm', '--XX--'), TYPE, 'part 1 has no name'],
  ['too many parts', lines(...many, '--XX--'), TYPE, 'more than 256 parts'],
  [
    'a huge field',
    lines('--XX', 'Content-Disposition: form-data; name="prompt"', '', 'x'.repeat(1_048_577), '--XX--'),
    TYPE,
    'the field "prompt" is longer',
  ],
  [
    'a form inside',
    lines(
      '--XX',
      'Content-Disposition: form-data; name="a"',
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '',
      '--XX--',
    ),
    TYPE,
    'inside a form',
  ],
])('a form with %s is refused', (_, raw, type, reason) => {
  expect(() => new Form(raw, type)).toThrowError(RouterError)
  expect(() => new Form(raw, type)).toThrowError(reason)
})
