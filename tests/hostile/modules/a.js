import 'b';
