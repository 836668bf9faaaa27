/** What no program here may say, as the linter sees it; each with what to say instead. */

export const BANNED_SYNTAX = [
  {
    selector: "Property[key.name='shell'][value.value=true]",
    message: 'no shell reads our arguments: execFile or spawn with argv',
  },
  {
    selector: "Property[key.name='shell'] > Literal[value=/^(\\/|(ba|da|z)?sh$)/]",
    message: 'no shell reads our arguments: execFile or spawn with argv',
  },
  {
    selector:
      'ArrayExpression:has(> Literal[value=/^-l?c$/]) > :matches(TemplateLiteral[expressions.length>0], BinaryExpression)',
    message: "a shell reads what is put into this text: a constant, and '$1' for each argument",
  },
  {
    selector:
      'CallExpression[callee.property.name=/^(prepare|exec)$/][callee.object.name=/^(database|db)$/] > :matches(TemplateLiteral[expressions.length>0], BinaryExpression)',
    message: 'SQL is a constant with a ? for each value',
  },
  {
    selector: "NewExpression[callee.name='Date'][arguments.length=0]",
    message: 'Clock.nowMs() says what time it is: new Date(clock.nowMs())',
  },
  {
    selector:
      ':matches(ClassDeclaration, TSInterfaceDeclaration, TSTypeAliasDeclaration)[id.name=/(Manager|Helper|Utils?|Service|Info|Data)$/]',
    message: 'a name that fits everything says nothing: which word of the glossary is it?',
  },
];
