import type { RequestType } from '../../base/request-types.ts'

/**
 * Words by which people ask for a kind of work, in English, German, French, Spanish, Italian, Portuguese and Russian;
 * those of Chinese and Japanese, which set no spaces, are looked for inside of the text. A word that many texts have
 * weighs 1, one that says it 3.
 */
type Weighed = Readonly<Partial<Record<1 | 2 | 3, string>>>

const WORDS: Readonly<Partial<Record<RequestType, Weighed>>> = {
  code: {
    3: 'ruby perl scala elixir mutex goroutine websocket websockets webhook curl jwt oauth graphql kafka grpc eslint gradle maven laravel wordpress vba selenium playwright middleware deadlock dataframe tkinter fastapi spring python javascript typescript golang sql regex bash kotlin dockerfile makefile html css php django flask react vue angular nodejs npm pip postgres postgresql mysql sqlite refactor stacktrace traceback pytest haskell numpy pandas kubectl kubernetes terraform nginx docker git github gitlab linux segfault typeerror valueerror syntaxerror modulenotfounderror powershell cron csharp webpack useeffect usestate localhost async await codebase programmiere programmieren programmer programar',
    2: 'snippet stack heap pointer pointers thread threads container herencia vererbung héritage clase klasse methode méthode método boucle bucle цикл скрипт скрипте запрос класс метод lambda closure generics enum struct iterator pipeline concurrency refactoring migration cache http https url indent stdin stdout select code codes funktion fonction función funzione função функция функцию функции код кода кодом debug compile compiler api apis class unittest algorithm algorithmus rust java script scripts skript endpoint repository exception programa programm programme программу linter callback quellcode json yaml loop recursion recursive boolean variable variables method pod redis regexp div array arrays pull dependency dependencies runtime backend frontend cli ssh abfrage requête código codice datenbank datei ordner',
    1: 'function csv string error bug bugs schleife implement implementiere unit test tests commit merge library diff server crash crashes deploy click button query const return null undefined true false import install file files folder command terminal branch interface database',
  },
  maths: {
    3: 'equation equations integral derivative polynomial eigenvalue theorem lemma gleichung gleichungssystem ableitung équation équations dérivée dérivées primitive intégrale ecuación ecuaciones derivada equazione equazioni derivata equação уравнение уравнения интеграл производную производная modulo trigonometric cosine sine hypotenuse logarithm quadratic calculate divisible perimeter circumference simplify factorize decimal differentiate integrate gcd lcm',
    2: 'velocidad vitesse velocità velocidade geschwindigkeit скорость polar expand factor vector vectors umrechnen convert kilometer kilometre interest zins zinsen intérêt interés odd even solve compute prove proof löse lösen berechne beweise résous calcule calculez calcula calcular resuelve resolver demuestra dimostra risolvi calcola calcolare resolva реши решите вычисли найди докажи сколько probability wahrscheinlichkeit probabilité probabilidad probabilità вероятность triangle dreieck triángulo triangolo triângulo треугольник треугольника fraction bruch percent percentage prozent procento remainder algebra geometry arithmetic matrix determinant radius rayon radio volume cylinder prime primes primzahl median deviation permutations combinations quotient rectangle rechteck rectángulo rettangolo périmètre perímetro umfang área fläche aire raiz racine raíz radice wurzel quadratwurzel корень площадь процентов chance odds dice cube',
    1: 'tip discount rabatt prozentsatz shorter longer older younger sum total average mean cost costs number integer integers per half twice height km kg hours euros dollars remaining altogether sells sold left quedan restano restent остались осталось mehrwertsteuer faster each every both arrange feet metres meters minutes square cubic area divide divided multiply times plus minus gallons pounds weighs',
  },
  translation: {
    3: 'übersetzung übertrage traduz traduzir traduzca vertaal çevir переводом превод translate translated translates translating translation translator interpreter subtitles localise localize localization übersetze übersetz übersetzen übersetzt übersetzer traduis traduire traduisez traduit traduction traduce traducir tradúceme traducción traduci tradurre traduzione traduza tradução переведи перевести перевод переведите переводчик перекладывай',
    2: 'dit heißt sagt английски испански немецки французски русски итальянски idiomatic',
  },
  summarisation: {
    3: 'kurzfassung zusammenzufassen résumons condensed recapitulate distil distill resümee résumés sommaire tl digests outline summarize summarise summary summaries summarizing summarising summarizes tldr condense recap abridge zusammenfassung zusammenfassen zusammengefasst résume résumer résumé résumez synthétise synthétiser synthèse resume resumir resumen resúmeme riassumi riassunto riassumere sintesi sintetizza resuma resumo суммируй резюме резюмируй кратко краткое gist takeaways upshot synopsis kernaussagen kernaussage highlights',
    2: 'essence nutshell brièvement brevemente essentiel essenciale essencial коротко вкратце fasse fass zusammen essentials overview shorten kürze kürz abstract stichpunkte stichpunkten stichworten bullet bullets protokoll überblick aperçu wichtigsten idées ideas основные суть пересказ перескажи изложи содержание principales principali principais takeaway digest síntesis síntese',
    1: 'key points main short kurz transcript article artikel artículo articolo artigo статьи report brief briefly',
  },
  extraction: {
    3: 'vorkommen vorkommenden herausschreiben herausfiltern récupère récupérer récupérez enumera elenca liste-moi перечисли extract extracts extracted extracting extraction extrahiere extrahieren extrahier extrais extraire extrayez relève relever extrae extraer extraiga estrai estrarre estraete extraia extrair извлеки извлечь извлеките выпиши выдели identify',
    2: 'aparecen aparecem appaiono compaiono figurant figurent apparaissent occur occurs appear appears retrieve gather adressen telefonnummern beträge preise prix precios prezzi preços importe table columns tabelle tableau tabla tabella tabela placeholders упомянутые указанные entities entity fields parse invoice receipt rechnung facture factura fattura fatura quittung entitäten ner collect mentioned genannten genannte mentionnés mencionados heraus aus numbers addresses emails urls keywords вытащи scan liste',
    1: 'names dates amounts name namen noms nombres nomi nomes имена даты prices find list text texte texto testo',
  },
  classification: {
    3: 'kategorisiere kategorisieren einordnen einstufen étiquette étiquettes dissatisfied unsatisfied clickbait sarcastic sarcasm stance unverifiable offensive classify classified classifies classifying classification categorize categorise categorization categorisation klassifiziere klassifizieren classe classer classez classifie classifier classifica classificare clasifica clasificar clasifique classifique classificar классифицируй классифицировать классификация sentiment sentiments sentimento sentimiento тональность spam phishing stimmung moderation toxic toxique intent intents entailment',
    2: 'emotion emotions bucket buckets zuweisen abteilung etiqueta etichetta satisfied favorable défavorable dringend urgente harmful irrelevant severity neither factual subjective objective entweder category categories label labels labeled labelled kategorie kategorien rubrik rubriken catégorie catégories categoría categorías categoria categorie категории категория категорию positive negative neutral positiv negativ positif négatif positivo negativo positiva negativa положительный отрицательный положительная отрицательная ham triage tweet review bewertung avis reseña recensione отзыв отзыва joy anger sadness sort sortiere ordne zuordnen detect duplicates tag urgent route genre bestimme decide determine определи assign fits belongs belong',
    1: 'rate bewerte opinion angry happy sad department',
  },
  rewriting: {
    3: 'typos typo tippfehler gendergerecht umformuliere umzuformulieren glätten glätte reescríbelo parafrasieren сократи вежливее мягче короче формальнее rewrite rewrites rewriting rewritten rephrase rephrasing paraphrase paraphrasing reword rewording proofread proofreading umformulieren umschreiben formuliere reformule reformuler reformulez réécris réécrire réécrivez reescribe reescribir reformula riscrivi riscrivere reformular reescreva reescrever parafrasea parafrasa перепиши перепишите перефразируй переформулируй corrige corriger corrigez corregir corrija correggi correggere corretto korrigiere korrigieren korrigier lektoriere исправь исправьте tighten reformulate politer friendlier höflicher freundlicher förmlicher verständlicher passive jargon punctuation wordy',
    2: 'hazlo rendilo rendi rends mets trim casual clarity lockerer sachlicher kürzer einfacher aggressive сделай проще vereinfache vereinfachen grammar grammatik grammaire gramática grammatica grammatically improve verbessere verbessern améliore améliorer mejora mejorar migliora migliorare melhore улучши correct spelling rechtschreibung orthographe ortografía ortografia ошибки опечатки edit clearer concise simpler formal formell informal polite poli tone ton tono wording differently version plain fautes fehler errores errori sentence satz phrase frase proposition soutenu simplifie simplifica',
    1: 'polish better paragraph professional sound neu change turn replace fix',
  },
  writing: {
    3: 'tale fable ode jingle parody farewell werbetext motto verses strophe strophen reim reime rap monolog discours discorso discurso поздравление тост стих poem poems haiku sonnet limerick essay story stories novel screenplay lyrics gedicht kurzgeschichte geschichte märchen aufsatz poème poema poesia cuento relato racconto favola filastrocca storia histoire conte стихотворение стихи рассказ рассказа сказку сказка сочинение сочини blogpost slogan slogans tagline fanfiction roleplay dichte verfasse verfassen rédige rédiger rédigez redacta redactar redige redija invente inventa invent brainstorm compose toast dialogue monologue geburtstagsspruch einladung stellenanzeige eulogy',
    2: 'pitch bio card karte postcard joke jokes podcast write schreibe schreib écris écrivez écrire escribe escribir escribeme scrivi scrivere escreva escrever напиши напишите придумай draft entwirf entwerfe blog letter speech rede lettre carta lettera письмо song character imagine newsletter caption bedtime wedding greeting invitation catchy cover create generate pirate poetry verse rhyme witz chiste blague шутку headline subject erfinde crea crée crie email courriel message mensagem mensaje messaggio',
    1: 'creative about über funny post ideen announcing birthday anniversary',
  },
  reasoning: {
    3: 'rank justify ethical prioritise prioritize priorisieren dilemma paradox premise premises premisse infer syllogisms contradiction deduction riddle puzzle deduce syllogism logically rätsel énigme acertijo adivinanza indovinello enigma загадка загадку отгадай hypotheses pros tradeoffs flaw vorteile nachteile avantages inconvénients ventajas desventajas vantaggi svantaggi vantagens desvantagens плюсы минусы weaknesses advantages disadvantages abwägen wäge',
    2: 'evaluate conclude conclusion decision option options discuss logic logical remedies cause recommend recommande empfiehlst empfehlst consigli aconsejas стоит лучше plan strategy strategie stratégie estrategia strategia стратегию analyse analyze analysiere analizza analiza analysez проанализируй compare vergleiche vergleich comparez confronta compara comparar сравни сравните argue argument arguments critique critically assess cons weigh should consider conviene convient recommendation empfehlung recommander claim scenario consequences liar lies sequence roadmap avalie évalue decidir décider entscheiden',
    1: 'therefore then steps step reason reasoning exactly follows choice likely',
  },
  question: {
    2: 'explain significa signifie bedeutung значит define definition capital hauptstadt capitale erkläre expliquer explique explica explícame spiega spiegami объясни расскажи meaning difference unterschied différence diferencia differenza describe invented inventor bedeutet',
    1: 'what who when where which how why can does do is are was wer wann wo welche welcher welches wie warum wieso woher quelle quel quels qui pourquoi comment où quand cuál quién dónde qué cómo cuándo quale chi perché dove quando qual quem onde como какой какая какое какие кто где когда как почему зачем что',
  },
  chat: {
    3: 'hilarious nevermind wow omg damn yo sup hiya howdy cheers congrats jajaja ахаха ура блин unbelievable hi hello hey heya thanks thank thx hallo servus moin bonjour bonsoir salut coucou hola ciao buongiorno buonasera oi olá привет здравствуй здравствуйте пока danke merci gracias grazie obrigado obrigada спасибо lol haha hahaha ugh tschüss bye goodnight adiós arrivederci',
    2: 'anyone sleep schlafen giornata устал устала скучно грустно rough feel feeling felt lonely bored boring langweilig müde tired exhausted excited weekend wochenende miss glad sorry seul triste contenta contento dear mood fühle einsam',
    1: 'today heute morning evening abend nice love hate yes no ok okay cool sounds good great you talk chat monday',
  },
}

const PAIR = 3
const WEAK_PAIR = 2

/** Pairs of words. */
const PAIRS: Readonly<Partial<Record<RequestType, string>>> = {
  code: 'this function,this code,my code,in c,el código,le code,mein code,error in,segmentation fault,http request,merge conflict,build fails,pull request,type hints,stack trace,unit test,unit tests,shell script,command line,linked list,list comprehension,for loop,data frame,one liner,time complexity,base de,no such',
  maths:
    'how many,how much,wie viele,wie viel,wieviel ist,combien de,combien font,cuántos quedan,cuántas quedan,cuánto es,quanto fa,quanto é,quanti sono,chance that,ways are,what percentage,times as,in total,are left,is left,have left,standard deviation,square root,сколько осталось,сколько будет,per hour,per cent,an hour,divided by,the limit,raiz quadrada',
  translation:
    'ins englische,ins deutsche,ins französische,ins spanische,ins italienische,ins niederländische,auf englisch,auf deutsch,auf französisch,auf spanisch,auf italienisch,en français,en anglais,en allemand,en espagnol,en japonais,en italien,en inglés,en francés,en español,en alemán,al inglés,al español,al francés,al alemán,al italiano,in inglese,in tedesco,in francese,in spagnolo,para inglês,em inglês,para português,на английский,на русский,на немецкий,на французский,на испанский,you say,se dice,si dice,dit on,sagt man,word for,се казва,как будет,como se',
  summarisation:
    'sum this,sum it,central message,main message,key message,main argument,worum geht,de quoi,en resumen,in sintesi,in kürze,in wenigen,en pocas,em poucas,boil it,long story,executive summary,in two,in three,en cinq,en trois,en deux,en tres,em três,in tre,в двух,в трёх,the essence,what happened,sum up,boil this,boil down,in brief,kurz zusammen,fass zusammen,main points,key points,points clés,ideas principales,in short,short version,bullet points,tl dr,one sentence,most important,main idea,main ideas,key facts,poche righe,compte rendu,read all,key takeaways,краткое содержание,das wichtigste,die wichtigsten,in stichpunkten,en bref,drei sätzen,zwei sätzen,few sentences,two sentences,three sentences',
  extraction:
    'pick out,in the text,im text,in this text,nel testo,no texto,dans le,which dates,which names,which cities,contact person,appear in,occur in,fill the,into a table,as a table,a table,en este,neste texto,в тексте,из текста,pull out,pull the,pull all,list all,list every,find all,find every,return all,get all,get me,get the,liste alle,suche alle,finde alle,nenne alle,alle im,tous les,toutes les,todos los,todas las,tutti gli,tutti i,tutte le,todas as,todos os,все даты,все имена,найди все,noms propres,in diesem,from the,from this,as json,phone numbers,place names,are mentioned,are listed,listed in,with columns,lies aus,the names,mentioned in,numbers in',
  classification:
    'answer with,with exactly,one label,exactly one,only one,hate speech,or not,oder nicht,ou non,sì o,ja oder,a bucket,which bucket,which team,what emotion,what tone,the tone,tone of,welcher abteilung,welche abteilung,zu welcher,quelle catégorie,qué categoría,quale categoria,qual categoria,or hard,or false,или нет,reply with,which of,not spam,positive or,or negative,or neutral,yes or,true or,fact or,spam or,spam oder,spam ou,spam o,positiv oder,positif ou,positivo o,positive ou,into one,which category,welche kategorie,what category,language of,language is,which language,handelt es,look like,le sentiment,fits best,what genre,what topic,fällt in,gehört zu,which department',
  rewriting:
    'this text,following text,less aggressive,less formal,more casual,cut this,trim this,tone down,same text,au passé,au futur,au présent,british spelling,american spelling,gender neutral,the following less,for clarity,past tense,present tense,simplify this,sin errores,sans faute,ohne fehler,make this,make it,make my,sound more,sounds more,the grammar,more formal,more polite,more friendly,more professional,more concise,more natural,plus clair,plus poli,plus simple,plus soutenu,fix the,mach daraus,mach diese,mach diesen,passive voice,third person,first person,active voice,active speech,my spelling,plain words,plain language,plain english,einfacher sprache,more simply,più semplice,più formale,más formal,más claro,mais clara,mais formal,mais claro,drück das,schreibe diesen,schreib diesen,formal letter,non native,into formal,version of,in simpler,simpler words,this differently,check the,turn this',
  writing:
    'fairy tale,text for,card for,of office,think of,denk dir,namen für,name für,nom pour,nombre para,nome per,nome para,a speech,a poem,make me,fais moi,write me,come up,schreib mir,story about,poem about,song about,make up,short story,cover letter,love song,blog post,ideas for,names for,name for,product description,subject lines,in character,kurze geschichte,historia corta,historia sobre,ein gedicht,thank you,letter to,email to,rede zum,opening paragraph',
  reasoning:
    'both sides,spricht für,ma place,faut il,vaut mieux,que ferais,cosa faresti,qué harías,стоит ли,in a row,who owns,if all,do some,which order,for and,decide whether,root cause,rank these,would you,how do you,is it worth,for against,mejor opción,step by,pros and,should we,should i,soll ich,sollen wir,dois je,devo aceitar,better choice,who is,what follows,next to,trade offs,plan for,plan how,comes next,what would,would happen,think it,most likely,advantages and,strengths and,who tells,tells the,how would,how could,could explain,always lies,que suis,was bin,what am,was spricht,in welcher,why might,einen plan,lohnt sich',
  question:
    'me about,how many people,how many countries,often should,what is,how tall,how old,how far,how long,how often,how high,how big,how deep,how fast,why do,why does,why is,why are,was ist,was sind,was bedeutet,who was,who wrote,who invented,which planet,which country,how does,how do,can dogs,history of,wie hoch,wie lange,wie alt,wie weit,wie oft,wie groß,warum ist,wer hat,est quoi,quelle est,quel est,est ce,qu est,cuál es,qué es,cómo funciona,qual è,qual é,cos è,che cos,что такое,в чём,what causes,what are,what does,do i,is it,difference between,unterschied zwischen,side effects,come from,in simple',
  chat: 'i can,i just,alles klar,bei dir,che bella,that was,i m,j ai,figured it,i got,good luck,how was,are you,do you,how are,wie geht,geht es,geht dir,ça va,qué tal,come stai,tudo bem,как дела,guten abend,guten morgen,gute nacht,good morning,good night,buenas noches,buenos días,feel terrible,made my,your weekend,you there,go ahead,what up,talk to,see you,my day,bad day,schlechten tag,long day,my dog,bin ich,next month,bis morgen,hasta mañana,mir ist,best friend',
}

const LANGUAGES =
  'schwedisch dänisch griechisch arabisch ukrainisch lateinisch suédois néerlandais portugais arabe polonais polaco ruso chino japonés árabe portugués polacco cinese giapponese arabo english german french spanish italian portuguese dutch polish russian turkish arabic hindi chinese mandarin japanese korean ukrainian czech swedish greek danish norwegian finnish hungarian romanian hebrew thai vietnamese indonesian latin catalan deutsch englisch französisch spanisch italienisch portugiesisch niederländisch polnisch russisch türkisch japanisch chinesisch anglais allemand espagnol italien japonais russe chinois inglés alemán francés inglese tedesco francese spagnolo inglês alemão francês espanhol'

/** Words before a language that say that something is to be in it. */
const INTO = ['to', 'into', 'from', 'the', 'ins', 'aufs', 'vers', 'al', 'nach']
/** The same, but an answer to anything else may be wanted in that language. */
const WEAKLY_INTO = ['in', 'for', 'auf', 'en', 'em', 'para', 'на', 'с']
const RUSSIAN =
  'английский русский немецкий французский испанский итальянский японский китайский португальский польский турецкий арабский украинский'

/** What to look for in writings without spaces, by kind of work. */
const CJK: Readonly<Partial<Record<RequestType, string>>> = {
  translation:
    '번역 成英文 成中文 成日文 中国語に 英訳 和訳 翻译 翻譯 译成 译为 訳し 翻訳 訳す 怎么说 怎么讲 英語で 日本語で 英语怎么 英文怎么 通訳',
  summarisation:
    '概述 简述 三句话 两句话 简要 要旨 短く 요약 总结 總結 摘要 概括 归纳 要点 大意 要約 まとめ 概要 一句话',
  extraction: '提取 抽出 找出所有 列出所有 抜き出 取り出 挙げて 摘出',
  classification:
    '分类 分類 情感 正面还是 正面或 判断这 判断下 肯定的 否定的 属于哪 哪一类 哪个类别 垃圾邮件 スパム どのカテゴリ カテゴリー ポジティブ',
  code: '代码 代碼 函数 程序 脚本 编程 报错 算法 数据库 排序 コード 関数 プログラム スクリプト エラー アルゴリズム',
  maths:
    '几个 多少个 苹果 何人 何本 残り 方程 计算 証明 证明 計算 面积 多少钱 一共 等于 概率 求解 平方 函数的导数 解いて 解きなさい 面積 確率 何個 何円 合計 剩下 还剩',
  rewriting: '改写 润色 改得 修改 语法 错别字 通顺 更正式 書き直 言い換え 丁寧な 添削 直して 校正 敬語',
  writing: '写一 写个 写首 故事 詩 诗 作文 感谢信 祝福 書いて 物語 俳句 作って 文案 小说 手紙を書',
  reasoning:
    '利弊 优缺点 比较 分析 逻辑 谜语 推理 谁说真话 应该选 比較 どちらがいい なぞなぞ メリット 分析して 長所 理由も',
  question:
    '什么 为什么 多长 多高 多大 多远 哪里 哪个 哪些 谁是 是谁 怎么 如何 何です どこ いつ なぜ 誰 どのくらい ですか どうして とは',
  chat: '心情 开心 难过 无聊 拜拜 嬉しい 眠い 寂しい 楽しい 你好 晚安 早上好 谢谢 聊聊 哈哈 こんにちは こんばんは おはよう おやすみ ありがとう 元気です 好累 疲れた',
}

export const CJK_WORDS: readonly (readonly [string, RequestType])[] = Object.entries(CJK).flatMap(([type, words]) =>
  words.split(' ').map((word) => [word, type as RequestType] as const),
)

const pairOf = (pair: string, weight: number): readonly [string, readonly [RequestType, number]] => [
  pair,
  ['translation', weight],
]

/** A pair's kind of work and weight, by both words with a space between them. */
export const TYPE_PAIRS: ReadonlyMap<string, readonly [RequestType, number]> = new Map<
  string,
  readonly [RequestType, number]
>([
  ...Object.entries(PAIRS).flatMap(([type, pairs]) =>
    pairs.split(',').map((pair) => [pair, [type as RequestType, PAIR]] as const),
  ),
  ...`${LANGUAGES} ${RUSSIAN}`
    .split(' ')
    .flatMap((language) => [
      ...INTO.map((before) => pairOf(`${before} ${language}`, PAIR)),
      ...WEAKLY_INTO.map((before) => pairOf(`${before} ${language}`, WEAK_PAIR)),
      pairOf(`${language} for`, PAIR),
    ]),
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
