import { section, text } from './values.ts'

/** Raw, or with the wrapping of X.509 (SPKI): 32 or 44 bytes. */
const PUBLIC_KEY =
  '^\\s*(?:-----BEGIN PUBLIC KEY-----\\s*)?(?:MCowBQYDK2VwAyEA)?[A-Za-z0-9+/_-]{43}=?\\s*(?:-----END PUBLIC KEY-----\\s*)?$'

export const catalogue = section(
  'What is published of models and their prices: where `router models update` finds it.',
  {
    source: text("URL, or a file relative to this file's folder, in the form of models.dev's `api.json`.", {
      default: 'https://models.dev/api.json',
    }),
    public_key: text(
      'Ed25519 key, as PEM or in base64, that an update must be signed with: the signature stands beside it, under its name with `.sig` at the end. Default: none is asked for.',
      { pattern: PUBLIC_KEY, expects: 'an Ed25519 public key, as PEM or in base64' },
    ),
  },
  { default: {} },
)
