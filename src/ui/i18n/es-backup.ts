/** Spanish: backups. */
import type { enBackup } from './en-backup.ts';
import { type Text } from './text.ts';

export const esBackup: Readonly<Record<keyof typeof enBackup, Text>> = {
  'backup.lead':
    'Un archivo cifrado con todos tus mensajes, contactos y multimedia. Se abre con tu clave de recuperación y con nada más.',
  'backup.export': 'Exportar copia',
  'backup.import': 'Importar copia',
  'backup.show-key': 'Ver clave de recuperación',
  'backup.test': 'Probar mi copia',
  'backup.new-key': 'Nueva clave de recuperación',

  'backup.last': {
    one: 'Última copia: {date}, {count} mensaje, {size}',
    other: 'Última copia: {date}, {count} mensajes, {size}',
  },
  'backup.last-old': 'Tiene más de 30 días: lo que llegó después está solo en este navegador.',
  'backup.last-none':
    'Tus mensajes están solo en este navegador. Si se borran sus datos, se pierden.',
  'backup.proven': {
    one: 'Última prueba: {date}, {count} mensaje',
    other: 'Última prueba: {date}, {count} mensajes',
  },
  'backup.proven-old': 'Pruébala otra vez: los archivos se pierden y los discos envejecen.',
  'backup.proven-never': 'Nunca probada. Probar mi copia la lee entera y lo compara todo.',

  'backup.doing-export': 'Escribiendo la copia',
  'backup.doing-restore': 'Restaurando',
  'backup.doing-import': 'Importando',
  'backup.doing-test': 'Probando la copia',
  'backup.progress': {
    one: '{messages} de {count} mensaje',
    other: '{messages} de {count} mensajes',
  },
  'backup.progress-media': '{bytes} de {size} de multimedia',
  'backup.progress-begins': 'Contando…',
  'backup.goes-on': 'Mientras tanto puedes seguir usando Sotto.',
  'backup.cancelling': 'Cancelando…',

  'backup.exported': {
    one: 'La copia está completa: {count} mensaje, {size}.',
    other: 'La copia está completa: {count} mensajes, {size}.',
  },
  'backup.downloaded': 'Está donde tu navegador deja las descargas.',
  'backup.keep-it':
    'Guárdala en otro dispositivo o disco, y la clave de recuperación en un lugar distinto.',
  'backup.restored': {
    one: 'Se ha restaurado {count} mensaje.',
    other: 'Se han restaurado {count} mensajes.',
  },
  'backup.imported': {
    one: 'Se ha importado {count} mensaje.',
    other: 'Se han importado {count} mensajes.',
  },
  'backup.known': {
    one: '{count} ya estaba aquí.',
    other: '{count} ya estaban aquí.',
  },
  'backup.missing': {
    one: 'Falta {count} adjunto: no estaba entero. Puedes pedirlo en su chat.',
    other: 'Faltan {count} adjuntos: no estaban enteros. Puedes pedirlos en sus chats.',
  },
  'backup.works': {
    one: 'Esta copia funciona: {count} mensaje, {media}, hecha el {date}.',
    other: 'Esta copia funciona: {count} mensajes, {media}, hecha el {date}.',
  },
  'backup.works-undated': {
    one: 'Esta copia funciona: {count} mensaje, {media}.',
    other: 'Esta copia funciona: {count} mensajes, {media}.',
  },
  'backup.works-not':
    'Esta copia no funciona entera. Exporta otra ahora; esta aún se puede importar hasta donde llegue.',
  'backup.media': { one: '{count} adjunto', other: '{count} adjuntos' },
  'backup.damaged': {
    one: 'El archivo está dañado en {count} lugar ({places}).',
    other: 'El archivo está dañado en {count} lugares ({places}).',
  },
  'backup.part': { one: 'parte {parts}', other: 'partes {parts}' },
  'backup.header': 'el principio',
  'backup.end': 'el final',
  'backup.cancelled-export': 'Cancelado. No se ha hecho ninguna copia.',
  'backup.cancelled-restore':
    'Cancelado. Lo que ya se ha traído se queda; con el mismo archivo se sigue.',
  'backup.cancelled-test': 'Cancelado. La copia queda sin probar.',
  'backup.done': 'Listo',

  'backup.stopped-restore': {
    one: 'La restauración se paró en {messages} de {count} mensaje. Elige el mismo archivo para seguir.',
    other:
      'La restauración se paró en {messages} de {count} mensajes. Elige el mismo archivo para seguir.',
  },
  'backup.stopped-import': {
    one: 'La importación se paró en {messages} de {count} mensaje. Elige el mismo archivo para seguir.',
    other:
      'La importación se paró en {messages} de {count} mensajes. Elige el mismo archivo para seguir.',
  },
  'backup.go-on': 'Seguir',
  'backup.leave': 'Dejarlo así',

  'backup.key': 'Clave de recuperación',
  'backup.key-lead':
    'Con estos 64 dígitos, y solo con ellos, se abren tus copias. Nadie puede devolvértelos, y quien los tenga junto con una copia puede leerlo todo. Escríbelos o imprímelos; no les hagas fotos.',
  'backup.key-since':
    'En uso desde el {date}. Las copias anteriores se abren con la clave de su época.',
  'backup.key-row': 'Fila {row}: {digits}',
  'backup.copy': 'Copiar',
  'backup.copied':
    'Copiado. Sotto vacía el portapapeles a los 60 segundos, si esta pestaña sigue abierta. Si tu dispositivo guarda un historial del portapapeles, bórralo allí.',
  'backup.print': 'Imprimir',
  'backup.continue': 'Continuar',
  'backup.confirm-lead':
    'Escribe dos grupos desde tu copia, para que sea seguro que la tienes. Los grupos se cuentan fila por fila.',
  'backup.group': 'Grupo {group}',
  'backup.group-hint': 'Fila {row}, número {place} de ella',
  'backup.group-wrong': 'El grupo {group} es otro. Mira tu copia, o la clave otra vez.',
  'backup.confirm': 'Confirmar',
  'backup.confirm-export': 'Confirmar y exportar',
  'backup.confirmed': 'Confirmado. Desde ahora las copias se hacen con esta clave.',
  'backup.new-lead':
    'Desde ahora las copias se abrirán con otra clave. Los archivos que tienes conservan la de su época, así que guarda también esa. Hazlo si alguien puede haber visto tus dígitos.',
  'backup.new-make': 'Hacer otra clave',

  'backup.sheet': 'Clave de recuperación de Sotto',
  'backup.sheet-lead':
    'Estos 64 dígitos abren las copias de esta cuenta. Guarda esta hoja donde guardas papeles importantes, aparte de las copias, y no le hagas fotos.',
  'backup.sheet-name': 'Cuenta',
  'backup.sheet-host': 'Relé',
  'backup.sheet-date': 'Impresa',
  'backup.sheet-made': 'Clave hecha',
  'backup.sheet-qr': 'Los 64 dígitos como código QR',
  'backup.sheet-use':
    'Para restaurar: abre la página del relé en un navegador sin cuenta, elige Restaurar desde una copia, elige el archivo y escribe estos dígitos. Cada fila se comprueba sola, así que un error se encuentra.',

  'backup.restore-title': 'Restaurar desde una copia',
  'backup.go-on-title': 'Seguir',
  'backup.file-lead': 'Elige el archivo de la copia. Su nombre suele acabar en .sotto.',
  'backup.file-hint': 'O suéltalo aquí.',
  'backup.file-test': 'Se lee entero y se compara; aquí no cambia nada.',
  'backup.file-import': 'Se añade lo que falta aquí; lo que hay no se cambia nunca.',
  'backup.choose': 'Elegir archivo',
  'backup.file-again': 'Elegir otro archivo',
  'backup.type-key':
    'Escribe o pega los 64 dígitos de esta copia. Los espacios y guiones no importan.',
  'backup.test-key': 'Este archivo se hizo con otra clave que la de ahora. Escribe sus 64 dígitos.',
  'backup.typed': '{digits} de 64 dígitos',
  'backup.foreign': 'Las letras y otros signos se dejan fuera: una clave solo tiene dígitos.',
  'backup.slip': 'En la fila {row} hay un error.',
  'backup.slip-shift':
    'En la fila {row} hay un error; quizá falta un dígito o está dos veces. Las filas siguientes aún no se pueden juzgar.',
  'backup.rows-right': { one: '{count} fila está bien.', other: '{count} filas están bien.' },
  'backup.all-right': 'Las cuatro filas están bien.',
  'backup.row-right': 'Bien',
  'backup.row-wrong': 'Tiene un error',
  'backup.open': 'Abrir copia',
  'backup.opening': 'Abriendo…',
  'backup.test-now': 'Probar',
  'backup.mended': {
    one: 'Se ha corregido un error en {places}. Corrige tu copia: esta es la clave correcta.',
    other: 'Se han corregido errores en {places}. Corrige tu copia: esta es la clave correcta.',
  },
  'backup.mended-place': 'fila {row}, grupo {group}',
  'backup.reading': 'La copia está abierta. Aún no se ha cambiado nada.',
  'backup.reading-name': 'Cuenta',
  'backup.reading-host': 'Relé',
  'backup.reading-made': 'Hecha',
  'backup.reading-messages': 'Mensajes',
  'backup.reading-media': 'Adjuntos',
  'backup.reading-media-size': '{count}; {size}',
  'backup.restore': 'Restaurar',
  'backup.import-now': 'Importar',
  'backup.salvage': 'Salvar lo que queda',
  'backup.automatic': 'Copias automáticas',
  'backup.automatic-lead':
    'Sotto escribe por sí solo una copia nueva en una carpeta tuya mientras haya una pestaña abierta, y guarda las tres últimas. Elige una que se copie a otro sitio, como un disco en la nube o uno externo.',
  'backup.no-folders':
    'Este navegador no puede escribir por sí solo en carpetas. Cuando tengas una clave de recuperación, Sotto te avisa si tu última copia tiene 30 días.',
  'backup.choose-folder': 'Elegir carpeta',
  'backup.confirm-folder': 'Confirmar y elegir carpeta',
  'backup.folder': 'Carpeta',
  'backup.written': 'Última',
  'backup.written-last': {
    one: '{date}, {count} mensaje, {size}',
    other: '{date}, {count} mensajes, {size}',
  },
  'backup.written-none': 'Todavía ninguna',
  'backup.next': 'Siguiente',
  'backup.next-date': '{date}, con Sotto abierto',
  'backup.next-soon': 'En cuanto no se envíe ni llegue nada durante un minuto',
  'backup.schedule': 'Cada cuánto',
  'backup.every-day': 'Cada día',
  'backup.every-week': 'Cada semana',
  'backup.every-month': 'Cada mes',
  'backup.now': 'Hacer copia ahora',
  'backup.stop-automatic': 'Parar las copias automáticas',

  'backup.notice': 'Tus copias',
  'backup.open-settings': 'Abrir los ajustes de copias',
  'backup.allow-again': 'Permitir otra vez',
  'backup.folder-prompt': 'El navegador pregunta si Sotto aún puede escribir en «{name}».',
  'backup.folder-prompt-more':
    'Hasta que lo permitas no se hacen copias. Si el navegador lo ofrece, permítelo en cada visita.',
  'backup.folder-denied': 'Sotto no puede escribir en «{name}».',
  'backup.folder-denied-more': 'No se hacen copias automáticas hasta que elijas una carpeta.',
  'backup.folder-gone': 'No se encuentra la carpeta «{name}».',
  'backup.folder-gone-more':
    'Conecta su disco o elige otra; hasta entonces no se hacen copias automáticas.',
  'backup.unread': 'Tu copia del {date} no se ha podido leer.',
  'backup.unread-gone': 'Ya no está en su carpeta.',
  'backup.unread-whole': 'No es el archivo que escribió Sotto.',
  'backup.unread-more': 'Haz una nueva y mira si ese disco es de fiar.',
  'backup.failed': 'La última copia automática ha fallado.',
  'backup.late': {
    one: 'Desde hace {count} día no se ha escrito ninguna copia automática.',
    other: 'Desde hace {count} días no se ha escrito ninguna copia automática.',
  },
  'backup.late-more': 'Se escribe mientras haya una pestaña de Sotto abierta y no pase nada.',
  'backup.old': {
    one: 'Tu última copia tiene {count} día.',
    other: 'Tu última copia tiene {count} días.',
  },
  'backup.old-more': 'Lo que ha llegado desde entonces solo está en este navegador.',
  'backup.none': {
    one: 'Tienes clave de recuperación desde hace {count} día, y ninguna copia.',
    other: 'Tienes clave de recuperación desde hace {count} días, y ninguna copia.',
  },
  'backup.none-more': 'Tus mensajes solo están en este navegador.',
  'backup.archive': 'Exportar como archivo legible',
  'backup.archive-lead':
    'Un archivo .zip con una página que se abre en cualquier navegador sin red, con búsqueda, imágenes y fechas, y lo mismo en JSON para programas.',
  'backup.archive-chat': 'Qué chat',
  'backup.archive-all': 'Todos los chats',
  'backup.archive-media': 'Con fotos y archivos',
  'backup.archive-warning':
    'Este archivo no está cifrado: quien lo tenga puede leer todo lo que contiene. No se puede volver a importar; para eso está la copia.',
  'backup.archive-begin': 'Exportar',
  'backup.doing-archive': 'Escribiendo el archivo',
  'backup.cancelled-archive': 'Cancelado. No se ha hecho ningún archivo.',
  'backup.archived': {
    one: 'El archivo está completo: {count} mensaje, {size}.',
    other: 'El archivo está completo: {count} mensajes, {size}.',
  },
  'backup.archive-open':
    'Descomprímelo y abre messages.html. Quien lo tenga puede leerlo, así que guárdalo donde nadie más mire.',

  'backup.close-hint': 'Puedes cerrar esta ventana; en Ajustes se ve por dónde va.',
  'backup.lost': 'Los datos de Sotto ya no están en este navegador',
  'backup.lost-cause':
    'Tu cuenta estaba aquí. El navegador la borró para hacer sitio, o alguien borró los datos del sitio.',
  'backup.lost-backup':
    'Tu última copia es del {date}. Restáurala: vuelven tus mensajes y se te puede volver a escribir.',
  'backup.lost-next':
    'Con una copia vuelve todo. Sin ella empiezas de nuevo, y los demás necesitan tu nuevo enlace.',
};
