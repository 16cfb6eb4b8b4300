import { readFields } from './fields.ts'
import { bytesOf, type FormBytes } from './form-bytes.ts'
import { type FormFile, type FormPart, parseForm } from './parse-form.ts'
import { Pieces } from './pieces.ts'

/** A file of a form. */
interface FormUpload extends FormFile {
  /** A view of the form's own bytes. */
  readonly bytes: FormBytes
}

/** What to change of a form: fields get another value, or go, whole roots (`provider` with `provider[only][]`). */
interface FormEdits {
  readonly set: Readonly<Record<string, string>>
  readonly remove: readonly string[]
}

/** A form that lies in memory, or in a file, once, and is sent on from there. */
export class Form {
  readonly raw: FormBytes
  /** Without its files. */
  readonly fields: { [name: string]: unknown }
  /** Bytes of its fields. */
  readonly textBytes: number
  readonly #parts: readonly FormPart[]
  readonly #delimiter: Buffer

  /** Throws ROUTER_BAD_FORM. */
  constructor(raw: FormBytes, contentType: string) {
    const parts = parseForm(raw, contentType)
    this.raw = raw
    this.#parts = parts
    this.fields = readFields(raw, parts)
    this.textBytes = parts.reduce((sum, part) => sum + (part.file ? 0 : part.valueEnd - part.valueStart), 0)
    const first = parts[0]
    this.#delimiter = first ? bytesOf(raw, first.start, raw.indexOf('\r\n', first.start) + 2) : Buffer.alloc(0)
  }

  /** Those of that name, also as a list: `image`, `image[]`, `image[0]`. */
  files(name: string): FormUpload[] {
    return this.#parts.flatMap((part) =>
      part.file && rootOf(part.name) === name
        ? [{ ...part.file, bytes: this.raw.subarray(part.valueStart, part.valueEnd) }]
        : [],
    )
  }

  /** The same form with other values in it; all other bytes are its own. A field that is missing comes first. */
  edited({ set, remove }: FormEdits): Pieces {
    const { raw } = this
    const pieces: FormBytes[] = []
    let kept = this.#parts[0]?.start ?? raw.length
    pieces.push(raw.subarray(0, kept))
    for (const name of Object.keys(set)) if (!this.#has(name)) pieces.push(this.#part(name, set[name]!))
    for (const part of this.#parts) {
      const value = part.file ? undefined : set[part.name]
      const goes = !part.file && remove.includes(rootOf(part.name))
      if (value === undefined && !goes) continue
      pieces.push(raw.subarray(kept, value === undefined ? part.start : part.valueStart))
      if (value !== undefined) pieces.push(Buffer.from(value))
      kept = value === undefined ? part.end : part.valueEnd
    }
    pieces.push(raw.subarray(kept))
    return new Pieces(pieces)
  }

  #has(name: string): boolean {
    return this.#parts.some((part) => !part.file && part.name === name)
  }

  #part(name: string, value: string): Buffer {
    return Buffer.concat([
      this.#delimiter,
      Buffer.from(`Content-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`),
    ])
  }
}

/** `provider` of `provider[only][]`. */
const rootOf = (name: string) => name.split('[', 1)[0]!
