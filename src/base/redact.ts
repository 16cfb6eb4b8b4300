/** The one place that takes secrets out of what others wrote, before it is cut, kept or shown. */

/**
 * Things that look like credentials, whoever's they are: provider keys, bearer tokens, signed URL parts, JWTs, keys and
 * passwords in addresses.
 */
const CREDENTIALS =
  /\b(?:sk|pk|rk|gsk|xai|hf|nvapi|csk|pplx|fw|key|AIza)[-_][\w*.-]{6,}|\bAIza[\w-]{20,}|\bBearer\s+[\w.~+/=-]{6,}|\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*|\b(?:AKIA|ASIA)[A-Z0-9]{12,}|X-Amz-(?:Signature|Credential|Security-Token)=[^&\s]+|(?<=[?&](?:api[-_]?key|key|(?:access[-_]?)?token|secret|sig|signature|password)=)[^&\s"'<>]+|(?<=:\/\/[^\s/@:]*:)[^\s/@]+(?=@)/gi

const MESSAGE_LIMIT = 500
/**
 * Characters that are looked at; much more than is ever kept, so that a secret which is cut here does not reach the end
 * of what is kept.
 */
const READ_LIMIT = 8_000
/** Shorter texts are no secrets: taking them out would only garble the message. */
const MIN_SECRET_LENGTH = 4
/** From this length on a secret is also found in other clothes, and in part. */
const DISTINCT = 8

const HIDDEN = '[redacted]'

/**
 * A text of an upstream, safe to keep and to show: no secret of ours, nothing that looks like a credential, one line,
 * at most `limit` characters. Secrets are also found in capitals, with white space in them, percent-encoded, in base64,
 * and when only their first half (8 characters at least) is there.
 */
export function redact(message: string, secrets: readonly string[], limit = MESSAGE_LIMIT): string {
  const text = withoutSecrets(message.slice(0, READ_LIMIT), secrets)
    .replace(CREDENTIALS, HIDDEN)
    .replace(/\s+/g, ' ')
    .trim()
  return text.length > limit ? `${text.slice(0, limit - 1).toWellFormed()}…` : text
}

/**
 * A short text of an upstream that is kept as it is, such as an id or a finish reason: without our secrets, and cut.
 */
export function kept(text: string, secrets: readonly string[], limit: number): string {
  return withoutSecrets(text.slice(0, READ_LIMIT), secrets).slice(0, limit)
}

/** The text without these secrets, in any of their clothes. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  if (secrets.length === 0 || text === '') return text
  const { exact, disguised, heads } = formsOf(secrets)
  if (!heads?.test(text)) return withoutExact(text, exact)
  let rest = ''
  let from = 0
  for (const [start, end] of findAll(plainOf(text), disguised)) {
    if (start >= from) rest += text.slice(from, start) + HIDDEN
    from = Math.max(from, end)
  }
  rest += text.slice(from)
  return withoutExact(rest, exact)
}

function withoutExact(text: string, exact: readonly string[]): string {
  let left = text
  for (const secret of exact) left = left.replaceAll(secret, HIDDEN)
  return left
}

interface Forms {
  readonly exact: readonly string[]
  /** As they stand in a `Plain` text. */
  readonly disguised: readonly string[]
  /**
   * Matches the beginning of any of `disguised` in a text as it is: most texts have none, and are not looked at closer.
   */
  readonly heads: RegExp | undefined
}

/** A provider's list is the same object for as long as its configuration. */
const FORMS = new WeakMap<readonly string[], Forms>()

function formsOf(secrets: readonly string[]): Forms {
  let forms = FORMS.get(secrets)
  if (!forms) {
    const long = secrets.filter((secret) => secret.length >= DISTINCT)
    const dresses = new Set(
      long.flatMap((secret) => [secret, encodeURIComponent(secret.toWellFormed()), ...base64Of(secret)]),
    )
    const disguised = [...dresses].map((form) => plainOf(form).text).filter((form) => form.length >= DISTINCT)
    forms = {
      exact: secrets.filter((secret) => secret.length >= MIN_SECRET_LENGTH && secret.length < DISTINCT),
      disguised,
      heads: disguised.length === 0 ? undefined : new RegExp(disguised.map(headPattern).join('|'), 'i'),
    }
    FORMS.set(secrets, forms)
  }
  return forms
}

/** The first characters of a plain form, as `plainOf` may have found them. */
const headPattern = (form: string): string =>
  Array.from(form.slice(0, DISTINCT), (char) =>
    char === '+' ? '[-+]' : char === '/' ? '[_/]' : char.replace(/[\\^$.*?()[\]{}|]/, '\\$&'),
  ).join('[\\0- ]*')

/** What of its base64 does not depend on the bytes around it, for each of the three places in which it can begin. */
function base64Of(secret: string): string[] {
  return [0, 1, 2].map((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)])
    const whole = bytes.subarray(0, bytes.length - (bytes.length % 3))
    return whole.toString('base64').slice([0, 2, 3][before])
  })
}

/** A text without white space, in small letters and one alphabet of base64; and where each character was. */
interface Plain {
  readonly text: string
  readonly places: Int32Array
}

function plainOf(text: string): Plain {
  const places = new Int32Array(text.length)
  let plain = ''
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code <= 0x20) continue
    places[plain.length] = i
    plain +=
      code >= 0x41 && code <= 0x5a
        ? String.fromCharCode(code + 0x20)
        : code === 0x2d
          ? '+'
          : code === 0x5f
            ? '/'
            : text[i]
  }
  return { text: plain, places }
}

/** Ranges of the original text, in order; they may overlap. */
function findAll({ text, places }: Plain, forms: readonly string[]): [number, number][] {
  const found: [number, number][] = []
  for (const form of forms) {
    const half = Math.max(DISTINCT, Math.ceil(form.length / 2))
    const head = form.slice(0, DISTINCT)
    for (let start = text.indexOf(head); start >= 0; start = text.indexOf(head, start + 1)) {
      let length = head.length
      while (length < form.length && text[start + length] === form[length]) length++
      // At the end it may have been cut.
      if (length >= half || start + length === text.length)
        found.push([places[start]!, places[start + length - 1]! + 1])
    }
  }
  return found.sort((a, b) => a[0] - b[0])
}
