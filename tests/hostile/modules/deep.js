import 'deep1';
