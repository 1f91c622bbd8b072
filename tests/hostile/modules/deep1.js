import 'deep2';
