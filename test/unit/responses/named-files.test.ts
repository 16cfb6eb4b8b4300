import { expect, it } from 'vitest'
import { namedFiles } from '../../../src/responses/named-files.ts'

const filesIn = (text: string) => namedFiles({ raw: Buffer.from(text), body: JSON.parse(text), form: undefined })

it.each([
  ['{"messages":[{"content":[{"type":"file","file":{"file_id":"a"}}]}]}', ['a']],
  ['{"tools":[{"container":{"type":"auto","file_ids":["a","b"]}}]}', ['a', 'b']],
  ['{"input":[{"content":[{"file\\u005fid":"a"}]}]}', ['a']],
  ['{"tools":[{"parameters":{"properties":{"file_id":{"type":"string"}}}}]}', undefined],
  ['{"input":"say \\u001b or file_id"}', undefined],
])('the files of %s', (text, ids) => {
  expect(filesIn(text)).toEqual(ids)
})

it('are not too many to be looked up', () => {
  const input = Array.from({ length: 101 }, (_, i) => ({ file_id: `file-${i}` }))
  expect(() => filesIn(JSON.stringify({ input }))).toThrow('more than 100 files')
})
