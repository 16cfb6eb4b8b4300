import type { JsonObject } from './words.ts'

/**
 * What an upstream cannot take of a request in one of its wires, as data. The core applies it to the body that would be
 * sent, after any translation, and undoes in the answer what a client has to recognise (names of tools). A body in
 * which nothing has to change goes byte for byte. What is absent here is not touched.
 */
export interface Quirks {
  /** Top-level keys, from the wire's name to the upstream's; a value already there under the upstream's name wins. */
  readonly rename?: Readonly<Record<string, string>>
  /** Top-level keys that are left out, as OpenRouter does with parameters that an endpoint does not support. */
  readonly drop?: readonly string[]
  /** Top-level keys that the body gets where it has none, under the upstream's names. */
  readonly defaults?: Readonly<JsonObject>
  /** Top-level keys that the body gets whatever it has; neither dropped nor renamed. */
  readonly overrides?: Readonly<JsonObject>
  /**
   * True: `tools: []` is answered with an error, so it is left out, and with it what belongs to it (`tool_choice`,
   * ...).
   */
  readonly noEmptyTools?: boolean
  /** Roles of messages, from the wire's to the upstream's: `{ developer: 'system' }`. */
  readonly roles?: Readonly<Record<string, string>>
  /** The only keys that a message may have; others are left out. */
  readonly messageKeys?: readonly string[]
  /**
   * Keys that are left out of messages, their parts, tool calls, tools, and the body's top: extensions of other makers.
   */
  readonly dropEverywhere?: readonly string[]
  /** In which form the upstream takes its reasoning of earlier turns back. Absent: as the client's wire has it. */
  readonly reasoning?: ReasoningForm
  /**
   * How the upstream is asked to reason, in `openai-chat`; whatever way the client asks is turned into it. Absent: it
   * is asked as the client does.
   */
  readonly reasoningKnob?: ReasoningKnob
  /**
   * True: a turn with tool calls and without reasoning is answered with an error, so a blank stands in. Only with
   * `reasoning`.
   */
  readonly reasoningRequired?: boolean
  /**
   * Stands in where a turn's first tool call has no thought signature (`extra_content.google.thought_signature`). Only
   * with `reasoning`.
   */
  readonly thoughtSignature?: string
  /** True: a text without a visible character is answered with an error, so it is left out. */
  readonly noBlankText?: boolean
  /** Ids of tool calls. One that does not fit is replaced, the same by the same, in the call and in its result. */
  readonly toolIds?: TextRule & {
    /** An id may stand for one call of the conversation only. */
    readonly unique?: boolean
  }
  /** Names of tools. One that does not fit is replaced, and the answer has the client's own again. */
  readonly toolNames?: TextRule
  /**
   * The end user's id (`user`, `safety_identifier`; `metadata.user_id` in Messages). One that does not fit is sent as a
   * hash.
   */
  readonly user?: {
    /** Characters. */
    readonly maxLength: number
    /** True: addresses of mail and telephone numbers are answered with an error. */
    readonly anonymous?: boolean
  }
  /** Schemas of tools' parameters. */
  readonly toolSchemas?: {
    /** True: an object without `properties` is answered with an error, so it gets empty ones. */
    readonly properties?: boolean
    /**
     * True: `anyOf`, `oneOf` and `allOf` at the top are answered with an error, so they are merged into one object and
     * put into the description.
     */
    readonly noTopLevelUnions?: boolean
  }
  /** The most stop sequences; a request with more is refused. */
  readonly maxStops?: number
  /** The most choices (`n`); a request for more is refused. */
  readonly maxChoices?: number
  /**
   * A message that goes between a tool's result and a user's message, where the upstream does not take the one after
   * the other.
   */
  readonly afterToolResult?: Readonly<JsonObject>
  /** Keys that the last message gets when it is an assistant's, to be continued: `{ prefix: true }`. */
  readonly continued?: Readonly<JsonObject>
  /** True: images by address must be https; a request with another is refused. */
  readonly httpsImages?: boolean
}

/** A text of at most `maxLength` characters, all of `characters`. */
export interface TextRule {
  /** Inside of a regular expression's brackets: `a-zA-Z0-9_-`. */
  readonly characters: string
  /** Characters; default 1. */
  readonly minLength?: number
  readonly maxLength: number
}

/**
 * Where reasoning stands in the messages of a history: in a field of that name, in parts of type `thinking` (Mistral),
 * or `none` when an upstream refuses or has no use for it.
 */
export type ReasoningForm = 'none' | 'reasoning_content' | 'reasoning' | 'reasoning_details' | 'thinking-parts'

/** The key by which an upstream is asked to reason, and what it takes there. */
export interface ReasoningKnob {
  /**
   * `reasoning_effort: LEVEL`; `reasoning: { effort | max_tokens | enabled, exclude }` (OpenRouter); only
   * `reasoning: { enabled }`; `thinking: { type }`; `enable_thinking` with `thinking_budget` (Qwen); `enable_thinking`
   * in `chat_template_kwargs` or `chat_template_args`.
   */
  readonly form:
    | 'reasoning_effort'
    | 'reasoning'
    | 'reasoning.enabled'
    | 'thinking'
    | 'enable_thinking'
    | 'chat_template_kwargs'
    | 'chat_template_args'
  /** Levels that go under another name there: `{ max: 'high' }`. With `thinking`: it takes `reasoning_effort` too. */
  readonly efforts?: Readonly<Record<string, string>>
  /** With `thinking`: it takes `budget_tokens`. */
  readonly budget?: boolean
}
