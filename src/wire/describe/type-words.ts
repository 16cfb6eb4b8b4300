import type { RequestType } from '../../base/request-types.ts'

/**
 * Words by which people ask for a kind of work, in English, German, French, Spanish, Italian, Portuguese and Russian;
 * those of Chinese and Japanese, which set no spaces, are looked for inside of the text. A word that many texts have
 * weighs 1, one that says it 3.
 */
type Weighed = Readonly<Partial<Record<1 | 2 | 3, string>>>

const WORDS: Readonly<Partial<Record<RequestType, Weighed>>> = {
  code: {
    3: 'python javascript typescript golang sql select regex bash kotlin dockerfile html css php django react nodejs postgres postgresql mysql refactor stacktrace traceback pytest haskell numpy pandas kubectl kubernetes terraform nginx docker git linux segfault nullpointerexception typeerror valueerror',
    2: 'code codes function funktion fonction función funzione função функция функцию код bug debug compile compiler api class unittest algorithm rust java script endpoint repository exception programa programm programme linter async callback quellcode json yaml loop recursion recursive boolean variable variables method',
    1: 'array string error schleife implement implementiere unit test tests commit merge library diff server script crash crashes deploy click button query const await return null undefined true false',
  },
  maths: {
    3: 'equation equations integral derivative polynomial eigenvalue theorem lemma gleichung ableitung équation dérivée ecuación derivada equazione уравнение интеграл производную modulo trigonometric cosine sine hypotenuse logarithm quadratic',
    2: 'solve calculate compute prove proof löse berechne beweise résous calcule calcula resuelve demuestra risolvi calcola реши вычисли докажи probability wahrscheinlichkeit probabilité probabilidad вероятность divisible perimeter triangle dreieck triangle triángulo fraction percent percentage remainder circumference algebra geometry arithmetic matrix radius volume cylinder simplify factorize vereinfache',
    1: 'sum total average cost costs number numbers integer integers prime per half twice height km kg hours euros dollars remaining altogether sells arrange',
  },
  translation: {
    3: 'translate translated translates translating translation translator übersetze übersetzen übersetzung übersetzer traduis traduire traduisez traduction traduce traducir traduzca traducción traduci tradurre traduzione traduza traduzir tradução переведи перевести перевод переведите',
  },
  summarisation: {
    3: 'summarize summarise summary summaries summarizing summarizes tldr condense recap zusammenfassung zusammenfassen résume résumer résumé résumez resume resumir resumen riassumi riassunto riassumere resuma resumo суммируй резюме резюмируй кратко ',
    2: 'fasse zusammen gist takeaways overview shorten kürze bullet bullets stichpunkte minutes essentials abstract synopsis',
    1: 'key points main highlights short kurz transcript article',
  },
  extraction: {
    3: 'extract extracts extracted extracting extraction extrahiere extrahieren extrais extraire extrae extraer extraiga estrai estrarre extraia extrair извлеки извлечь',
    2: 'entities entity fields parse invoice rechnung facture factura fattura entitäten ner',
    1: 'names dates amounts emails addresses receipt keys mentioned',
  },
  classification: {
    3: 'classify classified classifies classification categorize categorise categorization klassifiziere klassifizieren classe classer classifie classifica clasifica clasificar classifique классифицируй классифицировать sentiment spam stimmung moderation toxic intent',
    2: 'category categories label labels kategorie catégorie categoría категория positive negative neutral positiv negativ ham triage tweet review bewertung avis joy anger sadness',
    1: 'rate bewerte belongs fits',
  },
  rewriting: {
    3: 'rewrite rephrase paraphrase reword proofread umformulieren formuliere reformule reformuler reescribe reescribir riscrivi riscrivere reescreva перепиши перефразируй corrige korrigiere lektoriere polish',
    2: 'grammar grammatik grammaire gramática improve verbessere améliore mejora migliora исправь correct tone formal spelling rechtschreibung edit politer clearer concise',
    1: 'better sentence paragraph professional sound',
  },
  writing: {
    3: 'poem haiku sonnet limerick essay story novel screenplay lyrics gedicht geschichte aufsatz poème poema poesia cuento relato racconto storia histoire стихотворение рассказ сочинение blogpost slogan tagline fanfiction roleplay',
    2: 'write schreibe verfasse écris rédige escribe redacta scrivi escreva напиши draft blog letter speech rede brief brainstorm song character invent imagine newsletter caption compose bedtime wedding greeting toast invitation einladung',
    1: 'creative about über funny message post',
  },
  reasoning: {
    3: 'riddle puzzle deduce syllogism logically rätsel énigme acertijo indovinello загадка',
    2: 'plan strategy trade-offs tradeoffs analyse analyze evaluate compare vergleiche comparez compara сравни argue critique assess decide pros cons weigh arguments should',
    1: 'therefore then steps step reason exactly',
  },
  question: {
    2: 'explain define definition capital erkläre explique explica spiega объясни meaning difference',
    1: 'what who when where which how why wer wann welche welcher wie warum quelle quel qui pourquoi comment cuál quién dónde qué cómo quale perché какой какая кто где когда как почему',
  },
  chat: {
    3: 'hi hello hey thanks hallo bonjour salut hola ciao привет danke merci gracias olá',
    1: 'feel feeling today bored chat lonely morning',
  },
}

/** Pairs of words, which say it with weight 3. */
const PAIRS: Readonly<Partial<Record<RequestType, string>>> = {
  code: 'pull request,type hints,stack trace,unit test,shell script,command line',
  maths: 'how many,how much,wie viele,wie viel,combien de,cuántos quedan',
  translation:
    'ins englische,ins deutsche,ins französische,auf englisch,auf deutsch,en français,en anglais,al inglés,al español,in inglese,на английский,на русский',
  summarisation: 'sum up,boil this,boil down,in brief,kurz zusammen,fass zusammen,main points,key points,in short',
  extraction: 'pull out,list all,list every,find all,return all,liste alle',
  classification: 'which of,one of,not spam,positive or',
  rewriting: 'make this,make it,sound more,sounds more,the grammar,more formal,plus clair,fix the,mach daraus',
  writing: 'tell me,write me,come up,schreib mir',
  question:
    'what is,how tall,how old,how far,how long,why do,why does,was ist,was sind,who was,which planet,how does,how do',
}

const LANGUAGES =
  'english german french spanish italian portuguese dutch polish russian turkish arabic hindi chinese mandarin japanese korean ukrainian czech swedish greek deutsch englisch französisch spanisch italienisch'

export const CJK_WORDS: readonly (readonly [string, RequestType])[] = [
  ['翻译', 'translation'],
  ['翻譯', 'translation'],
  ['訳し', 'translation'],
  ['翻訳', 'translation'],
  ['总结', 'summarisation'],
  ['摘要', 'summarisation'],
  ['概括', 'summarisation'],
  ['要約', 'summarisation'],
  ['まとめ', 'summarisation'],
  ['提取', 'extraction'],
  ['抽出', 'extraction'],
  ['分类', 'classification'],
  ['分類', 'classification'],
  ['情感', 'classification'],
  ['代码', 'code'],
  ['函数', 'code'],
  ['コード', 'code'],
  ['関数', 'code'],
  ['方程', 'maths'],
  ['计算', 'maths'],
  ['証明', 'maths'],
  ['证明', 'maths'],
  ['計算', 'maths'],
  ['改写', 'rewriting'],
  ['润色', 'rewriting'],
  ['書き直', 'rewriting'],
  ['写一', 'writing'],
  ['故事', 'writing'],
  ['詩', 'writing'],
  ['诗', 'writing'],
  ['什么', 'question'],
  ['为什么', 'question'],
  ['何です', 'question'],
  ['你好', 'chat'],
  ['こんにちは', 'chat'],
]

/** A pair's kind of work, by both words with a space between them. */
export const TYPE_PAIRS: ReadonlyMap<string, RequestType> = new Map([
  ...Object.entries(PAIRS).flatMap(([type, pairs]) =>
    pairs.split(',').map((pair) => [pair, type as RequestType] as const),
  ),
  ...LANGUAGES.split(' ').flatMap((language) =>
    ['to', 'into'].map((before) => [`${before} ${language}`, 'translation'] as const),
  ),
])

/** The words that pairs begin with. */
export const PAIR_STARTS: ReadonlySet<string> = new Set([...TYPE_PAIRS.keys()].map((pair) => pair.split(' ')[0]!))

/** A word's kind of work and weight; the first that names it has it. */
export const TYPE_WORDS: ReadonlyMap<string, readonly [RequestType, number]> = (() => {
  const found = new Map<string, readonly [RequestType, number]>()
  for (const [type, weighed] of Object.entries(WORDS))
    for (const [weight, words] of Object.entries(weighed))
      for (const word of words.split(' ')) if (!found.has(word)) found.set(word, [type as RequestType, Number(weight)])
  return found
})()
