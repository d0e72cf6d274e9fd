// What the library says of a file or a setting, in French: its own sentences, {} for what it fills in, in the same order.
//
// The library speaks English alone. A test holds these sentences against its source, in both directions.

/** Where: before a number, or a name. */
const places = { row: 'ligne', column: 'colonne', value: 'valeur', image: 'image', drawing: 'dessin', array: 'tableau' };

/** What is filled into a sentence, where it is words. */
const parts = {
  'none': 'aucun',
};

const sentences = {
  // Drawings of a class.
  'there are {} drawings, but a class has at most {}': 'il y a {} dessins, mais une classe en compte au plus {}',
  'its label is {}, but must be 0 to 9': 'son étiquette est {}, mais doit aller de 0 à 9',
  'it has {} values, but must have 64': 'il a {} valeurs, mais doit en avoir 64',
  'it has the value {}, but must have 0 to 16': 'il a la valeur {}, mais ses valeurs doivent aller de 0 à 16',
  'it is blank': 'il est vide',
  '{} is no name of 1 to 40 characters': '{} n’est pas un nom de 1 à 40 caractères',
  '{} is what the writers of the program\'s own digits are called': '{} est un nom réservé aux auteurs des chiffres du programme',
  'it has no drawings of a class, only the program\'s own digits': 'il ne contient aucun dessin d’une classe, seulement les chiffres du programme',
  'drawings are added to the digits in their order only': 'les dessins ne s’ajoutent aux chiffres que pris dans leur ordre',
  'there are {} images, but {} labels, or names, for them': 'il y a {} images, mais {} étiquettes, ou noms, pour elles',
  'the labels are names, but must be the digits 0 to 9': 'les étiquettes sont des noms, mais doivent être les chiffres de 0 à 9',
  'a drawing is a digit of 8x8 whole numbers from 0 to 16, and the name of who drew it': 'un dessin est un chiffre de 8×8 nombres entiers de 0 à 16, avec le nom de qui l’a fait',
  'choose a file of 8x8 digits with values from 0 to 16, as a class saves them': 'choisissez un fichier de chiffres de 8×8 valeurs de 0 à 16, comme une classe les enregistre',
  'set data.source = "digits" and data.split = "order"': 'réglez data.source = "digits" et data.split = "order"',

  // Tables.
  'it cannot be read on: {}': 'la suite ne peut pas être lue : {}',
  'the file is empty': 'le fichier est vide',
  'the table has a header, but no images': 'le tableau a un en-tête, mais pas d’images',
  '{} values, but the first row has {}': '{} valeurs, alors que la première ligne en a {}',
  'the pixel {} is no number': 'le pixel {} n’est pas un nombre',
  'a pixel is {}, which is no number': 'un pixel vaut {}, ce qui n’est pas un nombre',
  'a pixel is {}, but others are not whole: all must be from 0 to 1': 'un pixel vaut {}, mais d’autres ne sont pas entiers : tous doivent aller de 0 à 1',
  'a pixel is {}, but must be from 0 to 255': 'un pixel vaut {}, mais doit aller de 0 à 255',
  'a pixel is {}, but must be a whole number, or all must be from 0 to 1': 'un pixel vaut {}, mais doit être entier, ou tous doivent aller de 0 à 1',
  'a pixel is not a whole number, but another one is {}: all must be whole, from 0 to 255, or all from 0 to 1': 'un pixel n’est pas entier, mais un autre vaut {} : tous doivent être entiers, de 0 à 255, ou tous aller de 0 à 1',
  'a pixel is {}, but those of digits are 0 to 16': 'un pixel vaut {}, mais ceux des chiffres vont de 0 à 16',
  'the first row has {} value{}, separated by {}': 'la première ligne a {} valeur{} ; elles devraient être séparées par {}',
  'it does not say which column holds the labels': 'il ne dit pas quelle colonne contient les étiquettes',
  'data.{} is {}, but the first row has no such name': 'data.{} vaut {}, mais la première ligne n’a pas un tel nom',
  'data.{} is {}, but there is no such column': 'data.{} vaut {}, mais une telle colonne n’existe pas',
  'label, group and pixels must be columns of their own': 'l’étiquette, le groupe et les pixels doivent avoir chacun leurs colonnes',
  'the label is no UTF-8 text': 'l’étiquette n’est pas un texte en UTF-8',
  'the label is empty, or no name of at most 100 characters': 'l’étiquette est vide, ou n’est pas un nom d’au plus 100 caractères',
  'an image has {} pixels, which make no square': 'une image a {} pixels, dont on ne peut pas faire un carré',
  'the images are {}x{}, but digits are 8x8': 'les images font {}×{}, mais les chiffres font 8×8',
  'the pixels are from 0 to 1, but those of digits are whole numbers from 0 to 16': 'les pixels vont de 0 à 1, mais ceux des chiffres sont des nombres entiers de 0 à 16',
  'values are whole numbers from 0 to 255, or all of them from 0 to 1': 'les valeurs sont des nombres entiers de 0 à 255, ou vont toutes de 0 à 1',
  'say how many rows and columns it has: data.size = [rows, columns]': 'enregistrez des images de 8 lignes et de 8 colonnes',

  // Archives of arrays.
  'there is no array {}; there are: {}': 'il n’y a pas de tableau {} ; il y a : {}',
  'it goes beyond the end of the file': 'il va au-delà de la fin du fichier',
  'the header promises {} values in {} bytes, but there are {}': 'l’en-tête annonce {} valeurs en {} octets, mais il y en a {}',
  'its shape is {}, but must be [n, rows, columns] or [n, pixels]': 'sa forme est {}, mais doit être [n, lignes, colonnes] ou [n, pixels]',
  'its shape is {}: no images, or none of 1x1 to 4096x4096 pixels': 'sa forme est {} : pas d’images, ou aucune de 1×1 à 4096×4096 pixels',
  'its shape is {}, but must be [n]': 'sa forme est {}, mais doit être [n]',
  'the label is {}, but must be a whole number': 'l’étiquette est {}, mais doit être un nombre entier',
  'its values are of type {}, but must be whole numbers or floats of 32 or 64 bits': 'ses valeurs sont du type {}, mais doivent être des entiers ou des flottants de 32 ou 64 bits',
  'it is no archive of arrays: {}': 'ce n’est pas une archive de tableaux : {}',
  'it is no array: {}': 'ce n’est pas un tableau : {}',
  'it is no array: it does not begin as NumPy\'s files do': 'ce n’est pas un tableau : il ne commence pas comme les fichiers de NumPy',
  'its header is not one of a plain array': 'son en-tête n’est pas celui d’un tableau simple',
  'its header is none that NumPy writes': 'son en-tête n’est pas de ceux que NumPy écrit',
  'its header promises values of type {} in a shape of {}, which is none for images': 'son en-tête annonce des valeurs du type {} sous la forme {}, ce qui ne peut pas être des images',
  'it cannot be read: {}': 'il ne peut pas être lu : {}',
  'the file is damaged: get it again': 'le fichier est abîmé : procurez-vous-le à nouveau',
  'save the arrays with numpy.savez: images as x, labels as y': 'enregistrez les tableaux avec numpy.savez : les images sous x, les étiquettes sous y',
  'convert the array with .astype("uint8") before saving it': 'convertissez le tableau par .astype("uint8") avant de l’enregistrer',

  // Networks.
  '{} has format {}, but this version of chiffres reads formats up to {}': '{} est au format {}, mais cette version de chiffres lit les formats jusqu’à {}',
  'update chiffres, or train again with this version': 'mettez la page à jour, ou entraînez à nouveau avec cette version',
  'it has no pixels or no classes': 'il n’a pas de pixels ou pas de classes',
  '{} is {} {}, but the network needs F32 {}': '{} est {} {}, mais le réseau demande F32 {}',
  'it is a safetensors file, but not one of ours': 'c’est un fichier safetensors, mais pas de chiffres',
  'its header says {}': 'son en-tête dit {}',
  'it is a {} file': 'c’est un fichier {}',
  'its digest is missing': 'son empreinte manque',
  'its content does not match its digest': 'son contenu ne correspond pas à son empreinte',
  'its header is not readable': 'son en-tête n’est pas lisible',
  'it is empty or something else': 'il est vide, ou c’est autre chose',
  'it is cut short, or has bytes too many': 'il est incomplet, ou a des octets de trop',
  'preprocessing.{} is out of range': 'preprocessing.{} est hors limites',
};

export default { places, parts, sentences };
