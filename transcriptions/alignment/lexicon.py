"""A small Russian-English word list for papers of government, written for this project.

It is evidence for joining sentences and clauses, never shown to anybody. Words are compared by their stems.
"""

from __future__ import annotations

_ORDINALS = """
первый first
второй second
третий third
четвертый fourth
пятый fifth
шестой sixth
седьмой seventh
восьмой eighth
девятый ninth
десятый tenth
"""

_NUMBERS = """
один одного одной одна одно one
два две двух двум двумя two
три трех трем тремя three
четыре четырех четырем four
пять пяти пятью five
шесть шести six
семь семи seven
восемь восьми eight
девять девяти nine
десять десяти десятью ten
одиннадцать одиннадцати eleven
двенадцать двенадцати twelve
двадцать двадцати twenty
тридцать тридцати thirty
сорок сорока forty
пятьдесят пятидесяти fifty
шестьдесят sixty
семьдесят seventy
восемьдесят eighty
девяносто ninety
сто ста сотни сотня hundred
тысяча тысячи тысяч thousand
миллион миллиона миллионов million
миллиард миллиардов billion
половина половине половины half
"""

_MONTHS = """
январь january
февраль february
март march
апрель april
май мая мае may
июнь june
июль july
август august
сентябрь september
октябрь october
ноябрь november
декабрь december
"""

_COMMON = """
и and also
а and while but
но но but
или или or
не not no
ни nor not neither any
в во in at into
на on at for to
с со with from since
из from out of
от from of dated
до until till before to up
по by on about according under along
к ко to toward towards by
о об обо about on concerning regarding
за for behind in during beyond
для for
при with in under at attached
у at with by from
без without
под under near
над over above
перед before
после after
между between among
через through via in
против against
что that what which
чтобы that to in order so
как as how like
если if
когда when
где where
который которая которое которые which who that whom
этот эта это эти этого этой this that these it
тот та то те that those
он его ему ним he him his it
она ее ей ней she her it
они их им ими ними they them their
мы нас нам нами we us our
вы вас вам вами you
я меня мне I me my
наш our
ваш your
свой своих своего his own their its your our
сам himself itself themselves
себя себе himself themselves itself
весь все всех всего вся all whole entire every everything
только only merely
уже already
еще still yet even more another
также also too likewise
однако however but
так so thus
такой such
даже even
лишь only
очень very
более больше more
менее меньше less
много many much
другой other another
каждый each every
некоторый some certain
любой any
никто никому никаких никакой nobody no any none
быть был была было были be was were been
есть есть is are
будет будут буду will shall be
мочь может могут можно can may could possible
нужно надо необходимо следует need needs necessary must should ought
должен должны должна must should shall have
нельзя cannot must impossible not
пока until while yet so
поэтому therefore so
потому because
кроме except besides
около about around near
вместе together
сейчас теперь now
тогда then
здесь here
там there
"""

_CONTENT = """
август august
автономия autonomy
агент agent
агентство agency
агрессия aggression
агрессор aggressor
адрес address
академия academy
акт act
активный active
альянс alliance
американец american americans
американский american us united
английский british english
англичанин british english
Англия England Britain British
армия army
атака attack
аэродром airfield
база base
банк bank
безопасность security
беседа conversation talk
беспокойство concern anxiety
благодарить thank
благодарность gratitude thanks
ближайший near nearest immediate
болгарин bulgarian bulgarians
болгарский bulgarian
Болгария Bulgaria
большой great large big
борьба struggle fight
британский british
брать take
бюро bureau
важный important
Варшава Warsaw
ввести introduce
ведомство department agency
великий great
венгр hungarian hungarians
венгерский hungarian
Венгрия Hungary
верить believe
вернуть return
верный true correct loyal
верховный supreme
весна spring
вести conduct lead wage
вечер evening
взгляд view opinion
визит visit
власть power authority authorities
влияние influence
вместо instead
внешний foreign external
внешняя foreign
внимание attention
внутренний internal domestic
вновь again
водный water
военный military war
возврат return
возвращение return
возможность possibility opportunity
возможный possible
возражать object
возражение objection
война war
войска войсками войсках войск troops forces
вокруг around
вопрос question issue matter
восток east
восточный eastern east
восстановление restoration reconstruction
впечатление impression
впредь henceforth future
враг enemy
время time
вручить hand present deliver
встреча meeting
встретиться meet
вчера yesterday
въезд entry
выборы elections election
вывод withdrawal conclusion
вывоз export removal
выезд departure trip
вызвать cause summon call
выполнение fulfillment implementation execution
выполнить fulfill carry
выразить express
высказать express state
высказывание statement
высокий high
выслушать hear listen
выступить speak come
выступление speech statement
газета newspaper paper
гарантия guarantee
генерал general
генеральный general
герман german
германский german
Германия Germany
главный main chief
глава head
говорить say speak talk tell
год года году годов лет year years
голос voice vote
голосование voting vote
гоминьдан kuomintang
гоминьдановский kuomintang
город city town
государственный state
государство state
готов ready prepared
готовность readiness
граница border frontier
гражданин citizen
грамота instrument letter
груз cargo freight
группа group
группировка grouping group
давать give provide
дальнейший further
дальний far
данные data information
данный given this present
дать give
дверь door
движение movement
действие action operation
действия operations actions
действительный actual real
действовать act
декларация declaration
делать do make
делегация delegation
делегат delegate
дело matter affair business case
демократия democracy democracies
демократический democratic
день day
деньги money
депутат deputy
держава power
держать keep hold
директива directive instruction
директор director
дискуссия discussion
дипломатический diplomatic
договор treaty agreement
договориться agree reach agreement
договоренность agreement
доклад report
доклада report
докладывать report
доложить report
документ document
должность post position
дом house
дополнительный additional
дорога road
достижение achievement
достичь achieve reach
доставка delivery
доход income
друг друзья друзей friend friends
дружба friendship
дружественный friendly
думать think
ежемесячно monthly month
единство unity
единый united single unified
ехать go travel
жалоба complaint
жалованье salary
желание desire wish
желательный desirable
железнодорожный railway railroad
железный iron railway
женщина woman
живой living
жизнь life
житель inhabitant resident
завершение completion
завод plant factory
заговорить begin speak talk
задача task mission
задержка delay
задолженность debt
заем loan
заинтересованный interested
закон law
законный legal lawful
заключение conclusion
заключить conclude
заместитель deputy
заменить replace
замещать replace
замечание remark comment
занимать occupy
занять occupy
запад west
западный western west
запас reserve stock
записка note memorandum
записывать record
запись record
заполнить fill
запрос inquiry request
запросить request ask
запрещение prohibition
заранее advance
засуха drought
заседание session meeting
зерно grain
защита defense protection
защищать defend
заявить declare state
заявление statement application declaration
здание building
земля land
знать know
значение significance importance
значительный considerable significant
зона zone
идти go
издать issue publish
изменение change
изменить change
изложить set forth present
изучать study
изучение study
именно namely precisely
иметь have
империализм imperialism
империалист imperialist
имя name
индустрия industry
инженер engineer
иностранный foreign
инициатива initiative
инстанция instance headquarters
институт institute
инструкция instruction
интерес interest
информация information
информировать inform
искать seek
исключение expulsion exception exclusion
использовать use
использование use
исполнение implementation execution
исход outcome
кабинет cabinet
кадры personnel cadres
казаться seem appear
каменный stone
кампания campaign
кандидат candidate
качество quality
квартал quarter
Китай China
китайский chinese
китаец chinese
клевета slander
количество quantity number amount
командир commander
командование command
командировка mission trip
комиссар commissar
комиссия commission
комитет committee
коммунистический communist
коммюнике communique
конвенция convention
конгресс congress
конец end
контакт contact
контроль control
конференция conference
копия copy
корабль ship
кораблей ships
Корея Korea
корейский korean
кореец korean
корпус corps
красный red
кредит credit
крайне extremely
кризис crisis
крупный large major
кукуруза corn maize
культурный cultural
курс course
лагерь camp
легкий light easy
лес forest timber
лето summer
ликвидация liquidation elimination
ликвидировать liquidate eliminate
линия line
личный personal
лицо person face
лозунг slogan
лучший better best
любовь love
люди people men
магазин shop
маленький small
мало little few
марка mark stamp
масло oil butter
масса mass
материал material
машина machine car
международный international
мера measure step
мероприятие measure
мертвый dead
место place
месяц month
мешать hinder prevent
министерство ministry
министр minister
мир peace world
мирный peaceful peace
миссия mission
мнение opinion view
многие many
многочисленный numerous
молодой young
момент moment
море sea
морской naval sea maritime
Москва Moscow
мост bridge
мотив motive
мощь power might
мужчина man
набор set
навигация navigation
наблюдатель observer
наблюдать observe
надежда hope
назад ago back
название name
назначение appointment
назначить appoint
наличие presence
намерение intention
намерен intend
напасть attack
нападение attack
направить send direct
направление direction sector
например example
напоминать remind
народ people nation
народный people popular national
нарушение violation
нарушить violate
население population
наследство inheritance
настаивать insist
настойчиво insistently persistently
настоящий present
наступление offensive
находиться be located
начало beginning start
начальник chief head
начать begin start
невозможный impossible
негативный negative
недавно recently
неделя week
недооценка underestimation
недостаток shortage lack shortcoming
недопустимый impermissible inadmissible
независимость independence
независимый independent
немедленно immediately
немец german
немецкий german
ненормальный abnormal
необходимость necessity need
неправильный incorrect wrong
несмотря despite
нефть oil petroleum
нефтяной oil
нехватка shortage
новый new
норма norm
нормальный normal
нота note
ночь night
обед dinner
обеспечение provision security
обеспечить ensure secure provide
обещание promise
обещать promise
область region area field oblast
обмен exchange
оборона defense
оборонительный defensive
образ way manner image
образование education formation
обратиться turn appeal address
обращение appeal address
обстановка situation conditions
обстоятельство circumstance
обсудить discuss
обсуждение discussion
общество society company companies
общий general common
объект object facility
объявить declare announce
объяснить explain
объяснять explain
объяснение explanation
обязанность duty
обязательство obligation commitment
обязать oblige
ограничиться limit confine
ограничение restriction limitation
ознакомить familiarize acquaint aware
означать mean
округ district
операция operation
опасность danger
определить determine define
опубликовать publish
опыт experience
орган organ body agency
организация organization
организовать organize
оружие weapon arms
осень autumn fall
осложнение complication
основа basis
основание grounds basis
основной basic main
особый special
особенно especially particularly
оставаться remain
оставить leave
остановить stop
ответ reply answer response
ответить reply answer
ответственность responsibility
отдел department section
отдельный individual separate
отказ refusal
отказаться refuse
открыть open
открытие opening
отклонить reject decline
относительно regarding concerning relative
отношение relation attitude regard
отправить send
отпуск leave vacation
отрезать cut
отсрочить postpone defer
отсрочка postponement
отставка resignation
отсутствие absence
отчет report
офицер officer
официальный official
очередной next regular
очередь turn
ошибка mistake error
пакт pact
памятник monument
парламент parliament
партия party
партийный party
паспорт passport
Пекин Peking Beijing
Пхеньян Pyongyang
первоначальный initial original
перевод transfer translation
перевозка transport transportation
переговоры negotiations talks
передать transmit convey hand tell transfer
передача transfer
перейти cross move
перемирие armistice truce
период period
письмо letter
письменный written
план plan
плата payment
платить pay
плохо poorly badly
плохой poor bad
победа victory
повестка agenda
поверенный charge
повод occasion reason
повысить raise increase
поговорить talk speak
погрузка loading
подготовить prepare
подготовка preparation training
поддержать support
поддержка support
поддерживать support maintain
подобный such similar
подписание signing
подписать sign
подпись signature
подробно detail
подробный detailed
подсолнечный sunflower
подтвердить confirm
подчеркнуть emphasize stress
подход approach
поезд train
поездка trip
позиция position
позволить allow permit
поздравление congratulations
пойти go
показать show
показывать show
покупать buy
покупка purchase
полагать believe think suppose
поле field
политика policy
политический political
полк regiment
полковник colonel
полный full complete
половина half
положение situation position
польский polish
Польша Poland
поляк pole poles polish
получить receive
получать receive
получение receipt
помещение premises room
помнить remember
помочь help
помощь assistance help aid
понимать understand
понять understand
поражение defeat
порт port
поручение instruction instructions assignment commission
поручить instruct
порядок order procedure
посетить visit
поскольку since
посланник envoy minister
последний last latest recent
последующий subsequent
посол ambassador
посольство embassy
поставка delivery supply
поставить put
постановление resolution decree
постараться try
постоянный permanent
потерять lose
потеря loss
потребность need
почта mail post
появление appearance
правда truth
право right
правый right
правильный correct
правительство government
практика practice
предел limit
предложение proposal offer
предложить propose offer suggest
предоставить grant provide give
предоставляться grant granted
предполагать suppose assume
предпринять undertake undertaken
предприятие enterprise undertaking
представить present submit
представитель representative
представительство mission representation
председатель chairman
предупредить warn
предыдущий previous
преждевременный premature
преждевременно premature
прежний previous former
президент president
президиум presidium
премьер premier prime
прения debate
пресса press
преступление crime
прибыть arrive
прибытие arrival
приветствие greetings
приветствовать welcome
пригласить invite
приглашать invite
приглашение invitation
придать attach
приезд arrival visit
прием reception
признание recognition
признать recognize
приказ order
приложение attachment appendix
применение use application
пример example
примерно approximately
принимать accept take
принятие adoption acceptance
принять take adopt accept
принцип principle
присутствие presence
присутствовать present attend
причина reason cause
провести conduct spend carry hold
проводить pursue conduct
провокация provocation
программа program
продажа sale
продать sell
продление extension
продовольствие food
продолжать continue
продолжаться continue
продукция products output
проект draft project
производить do produce carry
производство production
произойти happen occur
происходить occur happen
промышленность industry
промышленный industrial
пропаганда propaganda
пропуск pass
просить ask request
просьба request
против against
противник enemy opponent
протокол protocol
проход passage
процент percent
прошлый past last
прошу request ask please
прямой direct
публикация publication
пункт point item paragraph
путь way path means
пшеница wheat
работа work
работать work
работник worker official
рабочий worker working
равный equal
радио radio
разведка intelligence
развитие development
разговор conversation talk
раздел section division
различный various different
размер amount size
разрешение permission settlement solution
разрешить allow permit solve settle
разумеется course
район region area district
ракета missile
ранее earlier previously
раненый wounded
распоряжение order instruction
распространение dissemination distribution
рассматривать consider
рассмотрение consideration
рассмотреть consider
расход expense
расчет calculation account
реакция reaction
реальный real
революция revolution
регулярный regular
редактор editor
режим regime
резолюция resolution
результат result
река river
рекомендация recommendation
рекомендовать recommend
республика republic
речь speech
решение decision solution
решить decide solve
родина homeland motherland
роль role
российский russian
Россия Russia
румын romanian romanians
румынский romanian
Румыния Romania
Бухарест Bucharest
рубль ruble rubles
рука hand
руководитель leader
руководство leadership guidance
руководящий leading guidance
русский russian
рыба fish
рынок market
ряд number series
самолет aircraft plane
самостоятельный independent
сбор collection
сведение information
сведения information
свидание meeting
свобода freedom
свободный free
связь connection communications contact
север north
северный north northern
сегодня today
секретарь secretary
секретариат secretariat
секретно secret
секретный secret
совершенно absolutely strictly top
село village
сельский rural agricultural
семья family
серьезный serious
сессия session
сила strength force
силы forces
система system
ситуация situation
сказать say tell
скоро soon
скорый early quick
слабость weakness
слабый weak
следить follow watch
следующий following next
следующее following
слово word
случай case event
служба service
служить serve
слух rumor
смерть death
смешанный mixed joint
смочь able
смысл sense meaning
снабжение supply
совет council soviet advice
Советский Soviet
совещание conference meeting
совместный joint
современный modern
согласие consent agreement
согласиться agree
согласно according
согласовать agree coordinate
соглашение agreement
создание creation
создать create
сознание consciousness
сообщать report inform
сообщение report message communication information
сообщить report inform tell
соображение consideration view views
соответствие accordance
соответствовать correspond
соответствующий appropriate corresponding
сопротивление resistance
сорвать disrupt
состав composition
составить compile amount make
состояние state condition
состояться place held
сотрудник employee officer staff
сотрудничество cooperation collaboration
социализм socialism
социалистический socialist
союз union alliance
союзник ally
спасение salvation
специалист specialist
список list
спорный disputed
способ way means
справедливый just fair
спросить ask
среда environment wednesday
средний middle average
средство means
срок term period deadline date
срочно urgently urgent
ссылка reference
стандарт standard
станция station
старый old
статья article
столица capital
сторона side party part
стоять stand
страна country
стратегический strategic
строительство construction
строить build
суд court
судно vessel ship
судоходство shipping navigation
существовать exist
сфера sphere
сумма sum
считать consider think believe
сырье raw materials
съезд congress
сын son
тайный secret
танк tank
твердый firm solid
телеграмма telegram cable
телеграфировать telegraph cable
телеграфируйте telegraph
телефон telephone
тема subject topic theme
территория territory
техника equipment technology
технический technical
тираж circulation
товар goods
товарищ тов товарища товарищам товарищи comrade comrades cde cdes
тонна ton tons
торговля trade
торговый trade commercial
торгпредство trade mission
точка point
точный exact accurate
требование demand requirement
требовать demand require
трибуна podium rostrum platform
трудный difficult
трудность difficulty
труд labor work
убедить convince persuade
уведомить notify
уверенность confidence
увеличение increase
увеличить increase
уголь coal
угроза threat
удар blow strike
удивляться surprised
удовлетворение satisfaction
указ decree
указание instruction instructions directions
указать point indicate
украинский ukrainian
улучшение improvement
умереть die
университет university
уничтожение destruction elimination
управление administration directorate department
урегулирование settlement
урожай harvest crop
условие condition
усиление strengthening reinforcement
усилие effort
успех success
установить establish
установление establishment
устный oral verbal
устранить eliminate
уступать yield
утверждать assert claim
утвердить approve
утро morning
участвовать participate
участие participation part
участник participant
учесть consider account
учет account
учитывать consider taking account
ущерб damage
фабрика factory
факт fact
фашист fascist
финансовый financial
финансы finance
флот fleet navy
фонд fund
форма form
формула formula
французский french
Франция France
фронт front
характер nature character
хлеб bread grain
ходатайство petition request
хозяйство economy
хозяйственный economic
холодный cold
хороший good
хорошо well good
хотеть want wish
храбрый brave
цель goal purpose aim
цена price
ценный valuable
центр center
центральный central
часть part unit
час hour
человек man person people
через through
Чехословакия Czechoslovakia
чехословацкий czechoslovak
число number
член member
чрезвычайный extraordinary
шаг step
шифр cipher code
школа school
штаб staff headquarters
экземпляр copy
экз copy
экономика economy
экономический economic
экспорт export
энергия energy
эпоха epoch era
этап stage
юг south
южный south southern
юго southeast southwest south
Югославия Yugoslavia
югославский yugoslav yugoslavian
Япония Japan
японский japanese
ясный clear
запрос inquiry
ведите conduct
заблаговременно advance good time
неаккуратность carelessness
собственный own
беспредельный limitless
обязательный mandatory
ссср ussr soviet
сша us usa united states
оон un united nations
кнр prc china
кндр dprk korea
мид mfa ministry foreign
цк cc central committee
кпсс cpsu
вкп cpsu communist
кпк ccp
ООН UN
Ассамблея Assembly
батальон battalion
десант landing
высадиться land landed
изоляция isolation
изолировать isolate
отвод withdrawal
отвести withdraw
оттянуть withdraw
тактика tactic tactics
прорыв breakthrough
урок lesson
минус minus
плюс plus
морской navy naval
авиация air aviation
воздушный air
иностранец foreigner
добиваться seek achieve
отстаивать defend
допустить allow
допущение admission allowing
реакционер reactionary reactionaries
очистить cleanse clear
вред harm
вредный harmful
"""

_WEIGHTS = ((_COMMON, 0.02), (_CONTENT, 0.0015), (_NUMBERS, 0.002), (_MONTHS, 0.001), (_ORDINALS, 0.001))


def entries() -> list[tuple[tuple[str, ...], tuple[str, ...], float]]:
    """List the entries: Russian words, English words, and how frequent the English ones are in effect."""
    found = []
    for block, frequency in _WEIGHTS:
        for entry in block.strip().splitlines():
            words = entry.split()
            russian = tuple(w for w in words if not w.isascii())
            english = tuple(w for w in words if w.isascii())
            if russian and english:
                found.append((russian, english, frequency))
    return found
