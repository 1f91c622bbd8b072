import 'deep3';
