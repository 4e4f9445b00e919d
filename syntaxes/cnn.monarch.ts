// Monarch syntax highlighting for the cnn language.
export default {
    keywords: [
        'network','expect','import','output','repeat','shared','versus','block','false','takes','else','from','here','then','true','and','for','let','not','as','fn','if','in','on','or'
    ],
    operators: [
        '->','!=','**','//','<=','==','>=','-',',',':','.','*','/','%','+','<','=','>','|'
    ],
    ignoreCase: false,
    symbols: /->|!=|\*\*|\/\/|<=|==|>=|-|,|:|\.|\(|\)|\[|\]|\{|\}|\*|\/|%|\+|<|=|>|\|/,

    tokenizer: {
        initial: [
            { regex: /([0-9]+|\?)(x([0-9]+|\?))+/, action: {"token":"SIZE"} },
            { regex: /[0-9]+(\.[0-9]+([eE][+-]?[0-9]+)?|[eE][+-]?[0-9]+)/, action: {"token":"number"} },
            { regex: /[0-9]+/, action: {"token":"number"} },
            { regex: /[A-Za-z_][A-Za-z0-9_]*/, action: { cases: { '@keywords': {"token":"keyword"}, '@default': {"token":"ID"} }} },
            { regex: /"[^"\n]*"/, action: {"token":"string"} },
            { include: '@whitespace' },
            { regex: /@symbols/, action: { cases: { '@operators': {"token":"operator"}, '@default': {"token":""} }} },
        ],
        whitespace: [
            { regex: /\s+/, action: {"token":"white"} },
            { regex: /#[^\n]*/, action: {"token":"comment"} },
        ],
        comment: [
        ],
    }
};
